import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { Plain } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { averagePooled } from './ops/averagePooled.js'
import { chromaLoss, either, type ChromaSimilarity } from './ops/chroma.js'
import { dissimilarity, scharrLength } from './ops/edges.js'
import { blockOf } from './ops/reduced.js'
import { replicated } from './ops/replicated.js'
import { saliency, saliencyFlops } from './ops/saliency.js'

/** Options of `vsi`. */
export interface VsiOptions {
  /** The side of the square that saliency is computed at, from 16 to 256; default 256, which the authors and piq have. Half the side takes an eighth of its operations. */
  readonly saliencySide: number
}

const [LEAST_SIDE, MOST_SIDE] = [16, 256]

const saliencySide: t.Type<number, unknown> = new Plain(
  `a whole number from ${String(LEAST_SIDE)} to ${String(MOST_SIDE)}`,
  (u): u is number => Number.isInteger(u) && (u as number) >= LEAST_SIDE && (u as number) <= MOST_SIDE,
  { type: 'integer', minimum: LEAST_SIDE, maximum: MOST_SIDE },
)

/** The constants of saliency and of edges in 0 .. 255, and the power of the similarity of edges. */
const [C1, C2, ALPHA] = [1.27, 386, 0.4]

/** Of the chromaticities M and N. */
const MN: ChromaSimilarity = { constant: 130, power: 0.02, complex: true }

/** The means of blocks, the outermost positions repeated around the picture. */
const reduced = (x: Tensor4D): Tensor4D => {
  const block = blockOf(x.shape)
  return block === 1 ? x : averagePooled(replicated(x, Math.floor(block / 2), Math.floor((block - 1) / 2)), block)
}

/** The luminance L and the chromaticities M and N, in 0 .. 255; M and N from differences of the colours, which keeps their digits. */
const lmnOf = (rgb: Tensor4D): readonly [luminance: Tensor4D, chroma: Tensor4D] => {
  const [red, green, blue] = tf.split<Tensor4D>(reduced(rgb), 3, 3) as [Tensor4D, Tensor4D, Tensor4D]
  const luminance = tf.add<Tensor4D>(tf.add(tf.mul(red, 0.06 * 255), tf.mul(green, 0.63 * 255)), tf.mul(blue, 0.27 * 255))
  const m = tf.sub(tf.add(tf.mul(tf.sub(red, blue), 0.3), tf.mul(tf.sub(green, blue), 0.04)), tf.mul(blue, 0.01))
  const n = tf.sub(tf.add(tf.mul(tf.sub(red, green), 0.34), tf.mul(tf.sub(blue, green), 0.17)), tf.mul(green, 0.09))
  return [luminance, tf.mul<Tensor4D>(tf.concat([m, n], 3), 255)]
}

/** What is left of a similarity is at least this, so that its power has a slope: within [0, 1] it never is below 3e-3. */
const LEAST = 1e-7

/** 1 - (1 - d)^power. */
const powerLoss = (d: Tensor, power: number): Tensor => tf.sub(1, tf.exp(tf.mul(tf.log(tf.maximum(tf.sub(1, d), LEAST)), power)))

/** The weight of each position: the larger saliency; 1 in a sample where nothing is salient. */
const weightOf = (x: Tensor4D, y: Tensor4D): Tensor4D => {
  const larger = tf.maximum<Tensor4D>(x, y)
  return tf.add(
    larger,
    stopGradient(() => tf.cast(tf.equal(tf.max(larger, [1, 2], true), 0), 'float32')),
  )
}

/**
 * 1 - VSI, the visual saliency-induced index: differences of saliency, edges and colours, weighted by saliency.
 *
 * Saliency v says what draws the eye: what stands out, near the middle, in warm colours. With s the product of the similarity of v, a power of that of the lengths of Scharr's
 * gradient and one of that of chroma, the mean of 1 - s with the weight max(vx, vy). Pictures whose short side has 384 positions or more are reduced by averages of blocks first.
 *
 * Value: [0, 1], zero on identity, symmetric. RGB [batch, height, width, 3], sRGB in [0, 1]. A picture of one colour has a saliency of 0, with a gradient of 0 (in piq that of rounding); where
 * both pictures have one colour, all positions count the same. Gradients are finite everywhere; piq's are not where an edge vanishes.
 *
 * Source: Zhang, Shen and Li, "VSI: A Visual Saliency-Induced Index for Perceptual Image Quality Assessment", 2014; `piq.vsi`.
 *
 * @example vsi(pixels)
 */
export const vsi: Metric<VsiOptions> = defineMetric({
  id: 'vsi',
  options: t.strict({ saliencySide }),
  defaults: { saliencySide: 256 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts: () => lumaProblem,
  // The saliency of both pictures, two gradients of a dozen operations each, and some fifty operations a position for colours and maps.
  flops: (options) => (feature) => {
    const [batch = 1, height = 1, width = 1] = feature
    return 2 * batch * saliencyFlops(height, width, options.saliencySide) + (74 / 3) * elements(feature)
  },
  tiling: () => ({ refused: 'computes saliency of the whole picture' }),
  apply: (options) => (reference, prediction) => {
    const [x, y] = [reference, prediction].map((rgb) => reduced(saliency(rgb as Tensor4D, options.saliencySide))) as [Tensor4D, Tensor4D]
    const [[lumaX, chromaX], [lumaY, chromaY]] = [lmnOf(reference as Tensor4D), lmnOf(prediction as Tensor4D)]
    const edges = powerLoss(dissimilarity(scharrLength(lumaX), scharrLength(lumaY), C2), ALPHA)
    const lost = either(either(dissimilarity(x, y, C1), edges), chromaLoss(chromaX, chromaY, MN))
    const weight = weightOf(x, y)
    return tf.div(perSampleSum(tf.mul(lost, weight)), perSampleSum(weight))
  },
})
