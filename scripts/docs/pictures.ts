/**
 * The picture of a loss: a photograph's distortions with their values, where the loss sees each, and how values grow with the distortion.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import sharp, { type OverlayOptions } from 'sharp'
import type { CompiledLoss } from '../../src/index.js'
import { heatmapToImage, readImage } from '../../src/node/index.js'

const images = new URL('../../test/goldens/images/', import.meta.url)

/** What is done to the photograph, by the name of its golden picture. */
const DISTORTIONS = { blur: 'blur', noise: 'noise', jpeg: 'JPEG', shift: 'shift', dark: 'darker', gray: 'grey' } as const

const TILE = 150
const GAP = 8
const LINE = 24

const [TOP, LEFT] = [28, 44]

/** The same part of every picture. */
export const middle = (image: Tensor4D, side: number, shift = 0): Tensor4D => tf.slice(image, [0, TOP, LEFT + shift, 0], [1, side, side, 3])

/** The photograph and its distortions, parts of them without loss of sharpness. */
export const photographs = async (side: number): Promise<readonly { readonly name: string; readonly image: Tensor4D }[]> =>
  Promise.all(
    Object.entries({ '': 'original', ...DISTORTIONS }).map(async ([file, name]) => ({
      name,
      image: middle(await readImage(new URL(`astronaut${file === '' ? '' : `_${file}`}.png`, images)), side),
    })),
  )

/** Two rows: the photographs, and the heat of each under it, all of one scale, with its value. */
export const sheet = async (f: CompiledLoss<string>, all: Awaited<ReturnType<typeof photographs>>): Promise<Buffer> => {
  const [reference] = all
  if (reference === undefined) throw new Error('There is no photograph.')
  const toReference = f.prepare(reference.image as never)
  const seen = all.map(({ name, image }) => {
    const value = tf.tidy(() => toReference(image).dataSync()[0] ?? Number.NaN)
    return { name, image, value, heat: toReference.heatmap(image) }
  })
  toReference.dispose()
  const max = brightest(seen.map(({ heat }) => heat.dataSync() as Float32Array))
  const tiles = await Promise.all(
    seen.flatMap(async ({ image, heat }, i) => {
      const left = GAP + i * (TILE + GAP)
      const colours = heatmapToImage(heat, { max })
      return [
        { input: await png(image), left, top: GAP + LINE },
        { input: await png(colours), left, top: 2 * GAP + LINE + TILE },
      ]
    }),
  )
  const words = seen.flatMap(({ name, value }, i) => {
    const middle = GAP + i * (TILE + GAP) + TILE / 2
    return [label(name, middle, GAP + LINE - 8), label(digits(value), middle, 2 * GAP + LINE + 2 * TILE + LINE - 4)]
  })
  for (const { heat } of seen) heat.dispose()
  return framed(GAP + seen.length * (TILE + GAP), 3 * GAP + 2 * LINE + 2 * TILE, tiles.flat(), words)
}

/** A picture of pictures in a row with their names. */
export const row = async (all: readonly { readonly name: string; readonly image: Tensor4D }[]): Promise<Buffer> => {
  const side = 2 * TILE
  const tiles = await Promise.all(all.map(async ({ image }, i) => ({ input: await png(image, side), left: GAP + i * (side + GAP), top: GAP + LINE })))
  const words = all.map(({ name }, i) => label(name, GAP + i * (side + GAP) + side / 2, GAP + LINE - 8))
  return framed(GAP + all.length * (side + GAP), 2 * GAP + LINE + side, tiles, words)
}

/** The 99.5th percentile of what is above 0: a few pixels do not darken the rest. */
const brightest = (maps: readonly Float32Array[]): number => {
  const sorted = Float32Array.from(maps.flatMap((map) => Array.from(map))).sort()
  const at = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 0
  return at > 0 ? at : 1
}

const digits = (value: number): string => (Math.abs(value) < 1e-7 ? '0' : String(Number(value.toPrecision(3))))

const png = async (image: Tensor4D, side = TILE): Promise<Buffer> => {
  const [, height, width] = image.shape
  const bytes = tf.tidy(() => tf.round(tf.mul(tf.clipByValue(image, 0, 1), 255)).dataSync())
  return sharp(Buffer.from(Uint8Array.from(bytes)), { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side, fit: 'contain', background: PAPER, kernel: width < side / 2 ? 'nearest' : 'lanczos3' })
    .png()
    .toBuffer()
}

const [PAPER, INK] = ['#ffffff', '#1f2328']

const label = (text: string, x: number, y: number): string =>
  `<text x="${String(x)}" y="${String(y)}" text-anchor="middle" font-family="DejaVu Sans, sans-serif" font-size="15" fill="${INK}">${text}</text>`

const framed = (width: number, height: number, tiles: readonly OverlayOptions[], words: readonly string[]): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: PAPER } })
    .composite([
      ...tiles,
      {
        input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">${words.join('')}</svg>`),
        left: 0,
        top: 0,
      },
    ])
    .webp({ quality: 82 })
    .toBuffer()
