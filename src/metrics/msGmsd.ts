import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { between, positive } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { channelMean, perSampleMean } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { gradientLength, halvedOverZeros } from './ops/edges.js'
import { scaleWeights } from './ops/scaleWeights.js'
import { yiqOf } from './ops/yiq.js'

/** Options of `msGmsd`. */
export interface MsGmsdOptions {
  /** The weights of the scales, fine to coarse, which are divided by their sum; default [0.096, 0.596, 0.289, 0.019]. */
  readonly weights: readonly number[]
  /** Whether differences of chroma at the coarsest scale count, too (MS-GMSDc); default false. */
  readonly chromatic: boolean
  /** How far equal edges mask each other, from 0 to 1.99; default 0.5. */
  readonly masking: number
  /** The constant T, which suppresses weak gradients, for values in [0, 1]; default 170 / 255². */
  readonly T: number
}

/** Zhang et al., 2017, table 1. */
const PUBLISHED: readonly number[] = [0.096, 0.596, 0.289, 0.019]

/** The weight of chroma in 0 .. 255, and how it fades where edges differ: the paper's beta 1 to 3. */
const [CHROMA, FADE, STEEPNESS] = [0.01, 0.32, 15]

/** The variance over positions of 1 less the edges' masked similarity: [batch, height, width, 1] to [batch]. */
const variance = (x: Tensor, y: Tensor, { masking, T }: MsGmsdOptions): Tensor1D => {
  const both = tf.sub(tf.add(tf.square(x), tf.square(y)), tf.mul(tf.mul(x, y), masking))
  const distance = tf.div(tf.squaredDifference(x, y), tf.add(both, T))
  const mean = tf.reshape(channelMean(distance), [-1, 1, 1, 1])
  return perSampleMean(tf.square(tf.sub(distance, mean)))
}

/** The square root of the weighted sum of the variances of all scales. */
const edgeDistance = (x: Tensor4D, y: Tensor4D, options: MsGmsdOptions): Tensor1D => {
  const total = options.weights.reduce((sum, weight) => sum + weight, 0)
  let pair: readonly [Tensor4D, Tensor4D] = [x, y]
  let sum: Tensor1D | undefined
  for (const [scale, weight] of options.weights.entries()) {
    if (scale > 0) pair = [halvedOverZeros(pair[0]), halvedOverZeros(pair[1])]
    const part = tf.mul<Tensor1D>(variance(gradientLength(pair[0]), gradientLength(pair[1]), options), weight / total)
    sum = sum === undefined ? part : tf.add<Tensor1D>(sum, part)
  }
  return safeSqrt(sum ?? tf.zeros([x.shape[0]]))
}

/** The edges' distance and that of chroma at the coarsest scale, of which less counts the more the edges differ. */
const withChroma = (edges: Tensor1D, x: Tensor, y: Tensor): Tensor1D => {
  const chroma = tf.mul<Tensor1D>(safeSqrt(tf.mul<Tensor1D>(perSampleMean(tf.squaredDifference(x, y)), 2)), 255 * CHROMA)
  const share = tf.sub(tf.div(2, tf.add(tf.mul(tf.exp(tf.mul(edges, -STEEPNESS)), FADE), 1)), 1)
  return tf.add(tf.mul(share, edges), tf.mul(tf.sub(1, share), chroma))
}

const smallest = (scales: number): number => 2 ** scales + 1

/**
 * MS-GMSD, the gradient magnitude similarity deviation at several scales, and with `chromatic` MS-GMSDc, which sees colours, too.
 *
 * With g the length of Prewitt's gradient of luma: the root of the weighted sum over scales of the variances of (gx - gy)² / (gx² + gy² - masking gx gy + T).
 *
 * Value: [0, 0.5] without `chromatic`, zero on identity, symmetric. RGB [batch, height, width, 3] with sides of at least 2^scales + 1 (17 by default); T is made for values in [0, 1].
 * Gradients are finite everywhere; piq's are not where an edge or the deviation is 0.
 *
 * Source: Zhang, Sander and Bovik, "Gradient magnitude similarity deviation on multiple scales for color image quality assessment", 2017; `piq.multi_scale_gmsd`.
 *
 * @example msGmsd(pixels, { chromatic: true })
 */
export const msGmsd: Metric<MsGmsdOptions> = defineMetric({
  id: 'msGmsd',
  options: t.strict({ weights: scaleWeights, chromatic: t.boolean, masking: between(0, 1.99), T: positive }),
  defaults: { weights: PUBLISHED, chromatic: false, masking: 0.5, T: 170 / 255 ** 2 },
  laws: ({ chromatic }) => ({ symmetric: true, zeroOnIdentity: true, range: chromatic ? [0, Infinity] : [0, 0.5], smooth: false }),
  accepts:
    ({ weights }) =>
    (feature) => {
      const problem = lumaProblem(feature)
      if (problem !== undefined) return problem
      const least = smallest(weights.length)
      const sides = `both sides must be at least ${String(least)} for ${String(weights.length)} scales; fewer \`weights\` allow smaller pictures`
      return Math.min(feature[1] ?? 0, feature[2] ?? 0) < least ? sides : undefined
    },
  // Two gradients of a dozen operations each, and their comparison, at all scales.
  flops: () => (feature) => (4 / 3) * 12 * elements(feature),
  tiling: () => ({ refused: 'is a standard deviation over the whole picture' }),
  apply: (options) => (reference, prediction) => {
    const [[lumaX, chromaX], [lumaY, chromaY]] = [yiqOf(reference), yiqOf(prediction)]
    const edges = edgeDistance(lumaX, lumaY, options)
    const coarsest = (x: Tensor4D): Tensor4D => options.weights.slice(1).reduce<Tensor4D>((of) => halvedOverZeros(of), x)
    return options.chromatic ? withChroma(edges, coarsest(chromaX), coarsest(chromaY)) : edges
  },
})
