import * as tf from '@tensorflow/tfjs'
import { defineMetric, type Metric } from '../core/define/define.js'
import { mapOf, meanOf, squares } from './ops/pointwise.js'
import type { NoOptions } from '../core/arguments/codecs.js'

/**
 * Mean squared error: the mean of d² over a sample's elements, d the difference.
 *
 * Value: [0, infinity), zero on identity, symmetric, smooth. Any feature.
 *
 * Source: `keras.losses.MeanSquaredError`, `torch.nn.MSELoss`.
 *
 * @example mse(featureAt('block3_conv3'))
 */
export const mse: Metric<NoOptions> = defineMetric<NoOptions>({
  id: 'mse',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: (bound) => [0, (2 * bound) ** 2], smooth: true }),
  latex: () => (a, b) => `\\tfrac{1}{n}\\left\\lVert ${b} - ${a} \\right\\rVert_2^2`,
  apply: () => (reference, prediction) => meanOf(tf.sub(prediction, reference), squares),
  tiling: () => 'mean',
  keepsNonFinite: () => true,
  map: () => (reference, prediction) => mapOf(tf.sub(prediction, reference), squares),
})
