import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../core/tensors/addAll.js'
import * as t from 'io-ts'
import { between } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements, type Shape } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { blur, gaussianWindow } from '../core/tensors/gaussianWindow.js'
import { lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { either } from './ops/chroma.js'
import { dissimilarity } from './ops/edges.js'
import { meanOfLargest } from './ops/ranked.js'
import { roundHalfToEven } from './ops/roundHalfToEven.js'

/** Options of `dss`. */
export interface DssOptions {
  /** The share of positions, those that differ most, whose mean is taken; above 0, at most 1; default 0.05. */
  readonly percentile: number
}

/** The side of a block. */
const SIZE = 8

/** The constants of the mean and of the other frequencies, for values in 0 .. 255. */
const [C_MEAN, C_OTHERS] = [1000, 300]

/** How fast frequencies lose weight, and the weight below which they are left out. */
const [FALL, LEAST_WEIGHT] = [1.55, 1e-2]

const WINDOW = gaussianWindow(3, 1.5)

/** A frequency of a block's cosine transform, and its share in the value. */
interface Subband {
  readonly down: number
  readonly across: number
  readonly weight: number
}

const allSubbands: readonly Subband[] = Array.from({ length: SIZE ** 2 }, (_, i) => {
  const [down, across] = [Math.floor(i / SIZE), i % SIZE]
  return { down, across, weight: Math.exp(-((down + 0.5) ** 2 + (across + 0.5) ** 2) / (2 * FALL ** 2)) }
}).filter(({ weight }) => weight >= LEAST_WEIGHT)

const totalWeight = allSubbands.reduce((sum, { weight }) => sum + weight, 0)

/** The frequencies that count, the mean first: 17 of 64. */
const SUBBANDS: readonly Subband[] = allSubbands.map((subband) => ({ ...subband, weight: subband.weight / totalWeight }))

const cosine = (frequency: number, position: number): number =>
  Math.sqrt((frequency === 0 ? 1 : 2) / SIZE) * Math.cos((Math.PI * frequency * (2 * position + 1)) / (2 * SIZE))

/** The subbands of each block: [batch, height, width, 1] to [batch, height / 8, width / 8, subbands]; what is left over at the bottom and right is dropped. */
const subbandsOf = (luma: Tensor4D): Tensor4D => {
  const [batch, height, width] = luma.shape
  const [rows, columns] = [Math.floor(height / SIZE), Math.floor(width / SIZE)]
  const whole = tf.slice(luma, [0, 0, 0, 0], [-1, rows * SIZE, columns * SIZE, -1])
  const blocks = tf.transpose(tf.reshape(whole, [batch * rows, SIZE, columns, SIZE]), [0, 2, 1, 3])
  const rowOf = tf.reshape(blocks, [-1, SIZE ** 2])
  // Less its first position: a block of one colour then has nothing but its mean, exactly.
  const offset = stopGradient(() => tf.slice(rowOf, [0, 0], [-1, 1]))
  const inMean = tf.tensor2d([SUBBANDS.map((_, i) => (i === 0 ? SIZE : 0))])
  const basis = Array.from({ length: SIZE ** 2 }, (_, i) => SUBBANDS.map(({ down, across }) => cosine(down, Math.floor(i / SIZE)) * cosine(across, i % SIZE)))
  const coefficients = tf.add(tf.matMul(tf.sub<Tensor2D>(rowOf, offset), tf.tensor2d(basis)), tf.mul(offset, inMean))
  return tf.reshape(coefficients, [batch, rows, columns, SUBBANDS.length])
}

/** Variances in windows of 3 x 3 with zeros around, from differences to each window's mean: those of squares lose what small contrasts are made of. */
const variance = (x: Tensor4D): Tensor4D => {
  const framed = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) // prettier-ignore
  const mean = blur(framed, WINDOW)
  const [, height, width] = x.shape
  const parts = WINDOW.flatMap((down, row) =>
    WINDOW.map((across, column) => tf.mul<Tensor4D>(tf.squaredDifference(tf.slice(framed, [0, row, column, 0], [-1, height, width, -1]), mean), down * across)),
  )
  return addAll(parts)
}

/** The mean of the largest numbers of each subband: [batch, height, width, subbands] to [batch, subbands]. */
const worst = (d: Tensor, percentile: number): Tensor => {
  const [batch = 0, height = 0, width = 0, subbands = 0] = d.shape
  const count = Math.max(1, roundHalfToEven(percentile * height * width))
  const rows = tf.reshape(tf.transpose(d, [0, 3, 1, 2]), [batch * subbands, height * width])
  return tf.reshape(meanOfLargest(rows, count), [batch, subbands])
}

const first = (x: Tensor): Tensor => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 1])
const others = (x: Tensor): Tensor => tf.slice(x, [0, 0, 0, 1], [-1, -1, -1, -1])

const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < SIZE ? `both sides must be at least ${String(SIZE)} for a block of its cosine transform` : undefined

/**
 * 1 - DSS, the DCT subband similarity: differences of contrast in each subband of the cosine transform of 8 x 8 blocks, the worst 5 % of positions.
 *
 * With the standard deviations σ of a subband in windows of 3 x 3 blocks, the mean of the largest (σx - σy)² / (σx² + σy² + C) of each of 17 subbands, weighted by frequency; that of
 * the blocks' means is joined with how they are correlated.
 *
 * Value: [0, 2], zero on identity, symmetric. RGB [batch, height, width, 3] with sides of at least 8, of which only whole blocks count; the constants are made for values in [0, 1].
 * Gradients are finite everywhere; piq's are not where a contrast vanishes.
 *
 * Source: Balanov, Schwartz, Moshe and Peleg, "Image Quality Assessment Based on DCT Subband Similarity", 2015; `piq.dss`.
 *
 * @example dss(pixels)
 */
export const dss: Metric<DssOptions> = defineMetric({
  id: 'dss',
  options: t.strict({ percentile: between(1e-6, 1) }),
  defaults: { percentile: 0.05 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 2], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // Products with 17 cosines per position, then at a 64th of the positions windows and some forty operations for each subband.
  flops: () => (feature) => (2 * (5 + 2 * SUBBANDS.length) + (SUBBANDS.length * (3 * 40 + 40)) / SIZE ** 2) * (elements(feature) / 3),
  tiling: () => ({ refused: 'averages the worst positions of the whole picture' }),
  apply:
    ({ percentile }) =>
    (reference, prediction) => {
      const [x, y] = [reference, prediction].map((rgb) => subbandsOf(tf.mul(lumaOf(rgb), 255))) as [Tensor4D, Tensor4D]
      const [contrastX, contrastY] = [safeSqrt(variance(x)), safeSqrt(variance(y))]
      const apart = tf.squaredDifference(contrastX, contrastY)
      const means = worst(dissimilarity(first(contrastX), first(contrastY), C_MEAN), percentile)
      // σx σy - cov, from the variance of the difference: exactly 0 where both are equal, and where either has no contrast.
      const hasContrast = stopGradient(() => tf.cast(tf.greater(tf.mul(contrastX, contrastY), 0), 'float32'))
      const missing = tf.mul(tf.sub(first(variance(tf.sub(x, y))), first(apart)), first(tf.mul(hasContrast, 0.5)))
      const uncorrelated = worst(tf.div(tf.relu(missing), tf.add(first(tf.mul(contrastX, contrastY)), C_MEAN)), percentile)
      const rest = worst(dissimilarity(others(contrastX), others(contrastY), C_OTHERS), percentile)
      const each = tf.concat([either(means, uncorrelated), rest], 1)
      return tf.sum<Tensor1D>(tf.mul(each, tf.tensor2d([SUBBANDS.map(({ weight }) => weight)])), 1)
    },
})
