import * as tf from '@tensorflow/tfjs'
import { defineMetric, type Metric } from '../core/define/define.js'
import { squares, sumOf } from './ops/pointwise.js'
import type { NoOptions } from '../core/arguments/codecs.js'

/**
 * Squared Frobenius distance: the sum of d² over a sample's elements, d the difference.
 *
 * Value: [0, infinity), zero on identity, symmetric, smooth. Made for Grams; it grows with the number of elements.
 *
 * Source: Johnson, Alahi and Fei-Fei, 2016, eq. 4.
 *
 * @example squaredFrobenius(gram(featureAt('block3_conv3')))
 */
export const squaredFrobenius: Metric<NoOptions> = defineMetric<NoOptions>({
  id: 'squaredFrobenius',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
  latex: () => (a, b) => `\\left\\lVert ${b} - ${a} \\right\\rVert_F^2`,
  tiling: () => 'sum',
  apply: () => (reference, prediction) => sumOf(tf.sub(prediction, reference), squares),
})
