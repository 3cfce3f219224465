/** Both pictures side by side, the heat map over the second, and a colour bar. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { heatmapToImage } from '../../node/index.js'
import { replacePicture } from '../../node/replaceFile.js'
import { loadSharp } from '../../node/sharp.js'
import { GAP, INK, LABEL_HEIGHT, PAPER, TEXT, frame, type Frame } from '../painting/contactSheet.js'
import { capitalHeight, lettering } from '../painting/lettering.js'

/** The contents of the sheet. */
export interface Heated {
  readonly reference: Tensor4D
  readonly picture: Tensor4D
  /** [1, height, width, 1] */
  readonly heat: Tensor4D
  /** The value shown brightest. */
  readonly max: number
}

const BAR_WIDTH = 16
const NUMBERS_WIDTH = 5 * TEXT
/** Pictures are enlarged by whole factors to at least this width: names fit, and pixels are visible. */
const LEAST_WIDTH = 160

/** Writes the sheet as PNG. */
export const writeHeatSheet = async (path: string, heated: Heated): Promise<void> => {
  const overlay = tf.tidy(() => overlaid(heated))
  const frames = [await frame('Reference', heated.reference), await frame('Picture', heated.picture), await frame('Heat map', overlay)]
  const bar = tf.tidy(() => colourBar())
  const scale = await frame('', bar)
  tf.dispose([overlay, bar])
  await replacePicture(path, await drawn(frames, scale, heated.max))
}

/** The picture in dark grey under the colours of the heat map. */
const overlaid = ({ picture, heat, max }: Heated): Tensor4D => {
  const grey = tf.mul(tf.mean(picture, 3, true), 0.6)
  const share = tf.clipByValue(tf.div(heat, max), 0, 1)
  const much = tf.add(tf.mul(tf.sqrt(share), 0.65), 0.2)
  return tf.add(tf.mul(heatmapToImage(heat, { max }), much), tf.mul(grey, tf.sub(1, much)))
}

const SHADES = 256

/** From the brightest, above, to 0. */
const colourBar = (): Tensor4D => heatmapToImage(tf.reshape(tf.linspace(1, 0, SHADES), [1, SHADES, 1, 1]), { max: 1 })

const drawn = async (frames: readonly Frame[], scale: Frame, max: number): Promise<Buffer> => {
  const sharp = await loadSharp()
  const { height = 1, width = 1 } = frames[0] ?? {}
  const zoom = Math.max(1, Math.ceil(LEAST_WIDTH / width))
  const [high, wide] = [height * zoom, width * zoom]
  const corner = (i: number): number => GAP + i * (wide + GAP)
  const png = (one: Frame, toWidth: number, kernel: 'nearest' | 'linear'): Promise<Buffer> =>
    sharp(one.bytes, { raw: { width: one.width, height: one.height, channels: 3 } })
      .resize({ height: high, width: toWidth, fit: 'fill', kernel })
      .png()
      .toBuffer()
  const sides = { width: corner(frames.length) + BAR_WIDTH + GAP + NUMBERS_WIDTH, height: GAP + high + LABEL_HEIGHT }
  const besideBar = corner(frames.length) + BAR_WIDTH + GAP
  const words = [
    ...frames.map(({ label }, i) => lettering(label, corner(i), high + 2 * GAP, TEXT)),
    lettering(String(Number(max.toPrecision(3))), besideBar, GAP, TEXT),
    lettering('0', besideBar, GAP + high - capitalHeight(TEXT), TEXT),
  ]
  const ink = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(sides.width)}" height="${String(sides.height)}"><path fill="${INK}" d="${words.join('')}"/></svg>`
  const pictures = await Promise.all(frames.map(async (one, i) => ({ input: await png(one, wide, 'nearest'), left: corner(i), top: GAP })))
  return sharp({ create: { ...sides, channels: 3, background: PAPER } })
    .composite([
      ...pictures,
      { input: await png(scale, BAR_WIDTH, 'linear'), left: corner(frames.length), top: GAP },
      { input: Buffer.from(ink), left: 0, top: 0 },
    ])
    .png()
    .toBuffer()
}
