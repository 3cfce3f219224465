import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { channelMean } from '../core/tensors/perSample.js'
import { dissimilarity, gradientLength, halvedOverZeros } from './ops/edges.js'
import { elements } from '../core/errors/shape.js'
import { oneOf, positive } from '../core/arguments/codecs.js'

/** Options of `gmsd`. */
export interface GmsdOptions {
  /** The constant T, which suppresses weak gradients, for values in [0, 1]; default 170 / 255². */
  readonly T: number
  /** 'luma' (default): the gradients of the greyscale picture; 'each': of every channel separately, for any feature. */
  readonly channels: 'luma' | 'each'
}

/** The standard deviation over each sample's positions, channel by channel, then the mean over channels; its gradient is 0 where it is 0. */
const deviation = (map: Tensor4D): Tensor1D => {
  const [batch, , , channels] = map.shape
  const centred = tf.sub(map, tf.reshape(channelMean(map), [batch, 1, 1, channels]))
  return tf.mean(safeSqrt(channelMean(tf.square(centred))), 1)
}

/**
 * GMSD, the gradient magnitude similarity deviation: the standard deviation of local edge similarity.
 *
 * At half size, with g the length of Prewitt's gradient: the standard deviation over positions of (gx - gy)² / (gx² + gy² + T), which is 1 less their similarity.
 *
 * Value: [0, 0.5], zero on identity, symmetric. RGB, or with `channels: 'each'` any feature [batch, height, width, channels], with a side of at least 3 (a smaller one is a
 * single position at half size, and has no deviation); T is made for values in [0, 1]. Gradients are finite everywhere; piq's are not where a gradient or the deviation is 0.
 *
 * Source: Xue, Zhang, Mou and Bovik, "Gradient Magnitude Similarity Deviation", 2013; `piq.gmsd`.
 *
 * @example gmsd(pixels)
 */
export const gmsd: Metric<GmsdOptions> = defineMetric({
  id: 'gmsd',
  options: t.strict({ T: positive, channels: oneOf('luma', 'each') }),
  defaults: { T: 170 / 255 ** 2, channels: 'luma' },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 0.5], smooth: false }),
  accepts:
    ({ channels }) =>
    (feature) =>
      greyProblem(feature, channels) ?? deviationProblem(feature),
  // Both pictures in grey, five operations a position each, and halved; at half size two gradients of a dozen operations each, and their comparison.
  flops:
    ({ channels }) =>
    (feature) =>
      (channels === 'luma' ? 22 / 3 : 12) * elements(feature),
  tiling: () => ({ refused: 'is a standard deviation over the whole picture' }),
  apply:
    ({ T, channels }) =>
    (reference, prediction) => {
      const inChannels = (feature: Tensor4D): Tensor4D => (channels === 'luma' ? lumaOf(feature) : feature)
      const [x, y] = [reference, prediction].map((feature) => gradientLength(inChannels(halvedOverZeros(feature as Tensor4D)))) as [Tensor4D, Tensor4D]
      return deviation(dissimilarity(x, y, T))
    },
})

/** Why a picture has no deviation: at half size it is a single position. */
const deviationProblem = ([, height = 0, width = 0]: readonly number[]): string | undefined =>
  Math.max(height, width) < 3 ? 'at half size it is a single position, which has no deviation: one side must be at least 3' : undefined

/** Why a feature is neither RGB nor, with channels 'each', [batch, height, width, channels]. */
export const greyProblem = (feature: readonly number[], channels: GmsdOptions['channels']): string | undefined => {
  if (channels === 'each') return feature.length === 4 ? undefined : 'it needs height and width: [batch, height, width, channels]'
  const problem = lumaProblem(feature)
  return problem === undefined ? undefined : `${problem}; use { channels: 'each' } for other features`
}
