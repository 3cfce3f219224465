/**
 * perceptual-loss/comparator: a comparator for `toMatchScreenshot` of vitest's browser mode.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type {} from 'vitest/browser'
import { isPlainRecord, type Accepted } from '../core/arguments/checkOptions.js'
import { checkArgument } from '../core/arguments/guards.js'
import { heatmapToImage } from '../node/index.js'
import type { Pixels } from '../node/decodedPicture.js'
import type { Background } from './backgrounds.js'
import { heatOf, scoreText, scoresOf, scoresOfChange, type Score, type WholeScore } from './boundScores.js'
import { boundsOf, type Bound, type NamedBounds } from './bounds.js'
import { bufferOf, type PixelPair } from './equalPictures.js'
import { startBackend } from './sharedNetworks.js'

declare module 'vitest/browser' {
  interface ScreenshotComparatorRegistry {
    perceptual: NamedBounds
  }
}

/** A screenshot as vitest decodes it: RGBA bytes. */
export interface Screenshot {
  readonly metadata: { readonly height: number; readonly width: number }
  readonly data: Uint8Array | Uint8ClampedArray
}

/** The result of a comparison, as vitest takes it; the diff is a heat map, as RGBA bytes. */
export interface ScreenshotVerdict {
  pass: boolean
  diff: Uint8Array | null
  message: string | null
}

/** Bounds by name, by default { lpips: 0.1, spot: 0.03 }; vitest adds `createDiff`. */
export type ComparatorOptions = NamedBounds & { readonly createDiff?: boolean }

/**
 * Compares screenshots by perceptual bounds: the comparator `comparators: { perceptual: perceptualComparator }` of vitest's `browser.expect.toMatchScreenshot`, chosen by `comparatorName: 'perceptual'`.
 *
 * Transparent screenshots are compared on white and on black. Equal ones start no backend.
 *
 * @throws LossException `BadArgument` for unknown bounds and wrong limits; `TooSmall` for screenshots smaller than the network takes.
 * @example perceptualComparator(screenshot, screenshot, { lpips: 0.05 })
 */
export const perceptualComparator = async (reference: Screenshot, actual: Screenshot, options: ComparatorOptions = {}): Promise<ScreenshotVerdict> => {
  checkArgument('The reference', reference, aScreenshot)
  checkArgument('The screenshot', actual, aScreenshot)
  const { bounds, createDiff } = readOptions(options)
  const pair = { reference: pixelsOf(reference), picture: pixelsOf(actual) }
  const [expected, received] = [sizeOf(reference), sizeOf(actual)]
  if (expected !== received) return failed(`The screenshot is ${received}, the reference is ${expected} (height x width).`, null)
  if (bufferOf(pair.reference.data).equals(bufferOf(pair.picture.data))) return { pass: true, diff: null, message: null }
  await startBackend()
  const scores = await scoresOfChange(bounds, pair)
  if (scores !== undefined && (!createDiff || scores.every(({ within }) => within))) return verdict(scores, null)
  const backgrounds = backgroundsOf(pair)
  try {
    const whole = await scoresOf(bounds, backgrounds, false)
    const worst = whole.find(({ within }) => !within)
    return verdict(whole, createDiff && worst !== undefined ? await heatBytes(worst) : null)
  } finally {
    tf.dispose(backgrounds.flatMap((on) => [on.reference, on.picture]))
  }
}

const isSide = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0

const aScreenshot: Accepted = {
  name: 'a screenshot { metadata: { height, width }, data }, its data height x width x 4 bytes',
  is: (value) => {
    if (typeof value !== 'object' || value === null || !('metadata' in value) || !('data' in value)) return false
    const { metadata, data } = value as Screenshot
    return (
      isPlainRecord(metadata) &&
      isSide(metadata.height) &&
      isSide(metadata.width) &&
      ArrayBuffer.isView(data) &&
      data.byteLength === metadata.height * metadata.width * 4
    )
  },
}

const readOptions = (options: unknown): { readonly bounds: readonly Bound[]; readonly createDiff: boolean } => {
  if (!isPlainRecord(options)) return { bounds: boundsOf(options), createDiff: false }
  const { createDiff, ...given } = options
  return { bounds: boundsOf(Object.keys(given).length === 0 ? undefined : given), createDiff: createDiff === true }
}

const sizeOf = ({ metadata: { height, width } }: Screenshot): string => `${String(height)} x ${String(width)}`

const pixelsOf = ({ data, metadata: { height, width } }: Screenshot): Pixels => ({
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  white: 255,
  height,
  width,
})

const failed = (message: string, diff: Uint8Array | null): ScreenshotVerdict => ({ pass: false, diff, message })

const verdict = (scores: readonly Score[], diff: Uint8Array | null): ScreenshotVerdict => {
  const beyond = scores.filter(({ within }) => !within)
  if (beyond.length === 0) return { pass: true, diff: null, message: null }
  const lines = beyond.map(({ bound, score }) => {
    const text = scoreText(bound, score)
    return `${bound.name} is ${text.score}, expected ${text.bound}`
  })
  return failed(`${lines.join('; ')}.`, diff)
}

/** On white, and also on black if one is transparent. */
const backgroundsOf = ({ reference, picture }: PixelPair): readonly Background[] =>
  (isOpaque(reference) && isOpaque(picture) ? [1] : [1, 0]).map((behind) => ({ reference: on(behind, reference), picture: on(behind, picture) }))

const isOpaque = ({ data }: Pixels): boolean => {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false
  return true
}

/** The picture on a grey of this brightness: [1, height, width, 3] in [0, 1]. */
const on = (behind: number, { data, height, width }: Pixels): Tensor4D =>
  tf.tidy(() => {
    const samples = tf.div<Tensor4D>(tf.tensor4d(Float32Array.from(data), [1, height, width, 4]), 255)
    const [colour, alpha] = tf.split(samples, [3, 1], 3) as [Tensor4D, Tensor4D]
    return tf.add(tf.mul(colour, alpha), tf.mul(tf.sub(1, alpha), behind))
  })

/** The heat map of a score as RGBA bytes. */
const heatBytes = async (score: WholeScore): Promise<Uint8Array> => {
  const heat = await heatOf(score)
  const rgba = tf.tidy(() => tf.cast(tf.round(tf.mul(tf.concat([heatmapToImage(heat), tf.onesLike(heat)], 3), 255)), 'int32'))
  const bytes = Uint8Array.from(await rgba.data())
  tf.dispose([heat, rgba])
  return bytes
}
