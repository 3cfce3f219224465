import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineRegularizer, type Regularizer } from '../core/define/define.js'
import { absolutes, meanOf, squares, type PointwiseFunction } from './ops/pointwise.js'
import { signed, oneOf } from '../core/arguments/codecs.js'

/** Options of `outOfRange`. */
export interface OutOfRangeOptions {
  /** The lower bound of the range; default 0. */
  readonly min: number
  /** The upper bound of the range; default 1. */
  readonly max: number
  /** 'l1' (default): how far outside; 'l2Squared': the square of that. */
  readonly norm: 'l1' | 'l2Squared'
}

/** The mean of the curve of how far each value is outside. */
const outside = (x: Tensor, low: number, high: number, curve: PointwiseFunction): Tensor1D =>
  meanOf(tf.add(tf.relu(tf.sub(x, high)), tf.relu(tf.sub(low, x))), curve)

/** The two bounds, whichever is the smaller. */
const ordered = ({ min, max }: OutOfRangeOptions): readonly [number, number] => [Math.min(min, max), Math.max(min, max)]

/** How far outside a value of that size can be. */
const farthest = (options: OutOfRangeOptions, bound: number): number => {
  const [low, high] = ordered(options)
  return Math.max(0, bound - high, low + bound)
}

/**
 * The distance of values from a range: the mean over a sample's elements; 0 if all are inside.
 *
 * It keeps optimized pixels within [0, 1]; clipping alone would stop the gradient outside.
 *
 * Value: [0, infinity). With 'l2Squared' smooth. Any feature.
 *
 * Source: the penalty of out-of-bounds colours in style transfer by optimization, Novak and Nikulin, "Improving the Neural Algorithm of Artistic Style", 2016, has the
 * same purpose; this is the distance to the interval.
 *
 * @example sum(mse(featureAt('block3_conv3')), weighted(10, outOfRange(pixels)))
 */
export const outOfRange: Regularizer<OutOfRangeOptions> = defineRegularizer({
  id: 'outOfRange',
  options: t.strict({ min: signed, max: signed, norm: oneOf('l1', 'l2Squared') }),
  defaults: { min: 0, max: 1, norm: 'l1' },
  laws: (options) => ({
    range: (bound) => [0, farthest(options, bound) ** (options.norm === 'l1' ? 1 : 2)],
    smooth: options.norm === 'l2Squared',
  }),
  tiling: () => 'mean',
  apply: (options) => {
    const [low, high] = ordered(options)
    return (prediction) => outside(prediction, low, high, options.norm === 'l1' ? absolutes : squares)
  },
})
