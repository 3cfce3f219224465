import * as tf from '@tensorflow/tfjs'
import { defineMetric, type Metric } from '../core/define/define.js'
import { absolutes, mapOf, meanOf } from './ops/pointwise.js'
import type { NoOptions } from '../core/arguments/codecs.js'

/**
 * Mean absolute error: the mean of |d| over a sample's elements, d the difference; its gradient at 0 is 0.
 *
 * Value: [0, infinity), zero on identity, symmetric, a metric in the mathematical sense (triangle inequality). Any feature.
 *
 * Source: `keras.losses.MeanAbsoluteError`, `torch.nn.L1Loss`.
 *
 * @example mae(pixels)
 */
export const mae: Metric<NoOptions> = defineMetric<NoOptions>({
  id: 'mae',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, triangle: true, range: (bound) => [0, 2 * bound], smooth: false }),
  latex: () => (a, b) => `\\tfrac{1}{n}\\left\\lVert ${b} - ${a} \\right\\rVert_1`,
  apply: () => (reference, prediction) => meanOf(tf.sub(prediction, reference), absolutes),
  tiling: () => 'mean',
  keepsNonFinite: () => true,
  map: () => (reference, prediction) => mapOf(tf.sub(prediction, reference), absolutes),
})
