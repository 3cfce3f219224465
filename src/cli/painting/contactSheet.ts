/** Pictures side by side on one sheet, each with its label. */
import type { Tensor } from '@tensorflow/tfjs'
import { loadSharp } from '../../node/sharp.js'
import { replacePicture } from '../../node/replaceFile.js'
import { capitalHeight, lettering } from './lettering.js'

/** One picture of the sheet. */
export interface Frame {
  readonly label: string
  readonly bytes: Uint8Array
  readonly height: number
  readonly width: number
}

/** A picture as it is now, [1, height, width, 3] in [0, 1]. */
export const frame = async (label: string, image: Tensor): Promise<Frame> => {
  const [, height = 0, width = 0] = image.shape
  return { label, bytes: Uint8Array.from(await image.data(), (value) => Math.round(Math.min(1, Math.max(0, value)) * 255)), height, width }
}

export const GAP = 8
/** The size of text, in pixels. */
export const TEXT = 16
export const LABEL_HEIGHT = Math.ceil(capitalHeight(TEXT)) + 2 * GAP
export const PAPER = '#f7f5f0'
export const INK = '#33302b'

/** Writes the sheet as PNG: rows of four cells as large as the last picture, each picture whole within its cell. */
export const writeContactSheet = async (path: string, frames: readonly Frame[]): Promise<void> => {
  const { height, width } = frames.at(-1) ?? { height: 1, width: 1 }
  const columns = Math.min(4, frames.length)
  const [across, down] = [width + GAP, height + LABEL_HEIGHT]
  const corners = frames.map((_, i) => ({ left: GAP + (i % columns) * across, top: GAP + Math.floor(i / columns) * down }))
  const sheet = { width: GAP + columns * across, height: GAP + Math.ceil(frames.length / columns) * down }
  const pictures = await Promise.all(frames.map(async (one, i) => ({ ...corners[i], input: await fitted(one, height, width) })))
  const words = frames.map(({ label }, i) => lettering(label, corners[i]?.left ?? 0, (corners[i]?.top ?? 0) + height + GAP, TEXT))
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(sheet.width)}" height="${String(sheet.height)}"><path fill="${INK}" d="${words.join('')}"/></svg>`
  const sharp = await loadSharp()
  const bytes = await sharp({ create: { ...sheet, channels: 3, background: PAPER } })
    .composite([...pictures, { input: Buffer.from(overlay), left: 0, top: 0 }])
    .png()
    .toBuffer()
  await replacePicture(path, bytes)
}

const fitted = async (one: Frame, height: number, width: number): Promise<Buffer> =>
  (await loadSharp())(one.bytes, { raw: { width: one.width, height: one.height, channels: 3 } })
    .resize({ height, width, fit: 'contain', position: 'left', background: PAPER })
    .png()
    .toBuffer()
