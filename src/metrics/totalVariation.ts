import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D, Tensor1D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineRegularizer, type Regularizer } from '../core/define/define.js'
import { absolutes, meanOf, squares, sumOf } from './ops/pointwise.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { oneOf } from '../core/arguments/codecs.js'

/** Options of `totalVariation`. */
export interface TotalVariationOptions {
  /** 'l1' (default): absolute differences; 'l2Squared': squared ones; 'l2': the square root of their total. */
  readonly norm: 'l1' | 'l2Squared' | 'l2'
  /** 'mean' (default): the mean over vertical neighbours plus the mean over horizontal ones; 'sum': the sum over all (`tf.image.total_variation`, piq). */
  readonly reduction: 'mean' | 'sum'
}

/** The mean of vertical plus horizontal neighbours that all differ by d. */
const LARGEST: Readonly<Record<TotalVariationOptions['norm'], (d: number) => number>> = {
  l1: (d) => 2 * d,
  l2Squared: (d) => 2 * d * d,
  l2: (d) => Math.SQRT2 * d,
}

/** Differences of neighbours along an axis of [batch, height, width, channels]. */
const differences = (x: Tensor4D, axis: 1 | 2): Tensor => {
  const size = x.shape.map((length, i) => (i === axis ? length - 1 : length))
  const start = x.shape.map((_, i) => (i === axis ? 1 : 0))
  return tf.sub(tf.slice(x, start, size), tf.slice(x, [0, 0, 0, 0], size))
}

/**
 * Total variation: the differences of neighbouring positions; small for smooth pictures.
 *
 * Value: [0, infinity), zero for a constant feature. Any feature [batch, height, width, channels]; sides of one pixel have no neighbours and add nothing.
 *
 * Source: Rudin, Osher and Fatemi, 1992; piq's `total_variation` (its l1, l2 and l2_squared are these norms with `reduction: 'sum'`);
 * `basicsr/losses/basic_loss.py` (`WeightedTVLoss` is the default).
 *
 * @example weighted(1e-3, totalVariation(pixels))
 */
export const totalVariation: Regularizer<TotalVariationOptions> = defineRegularizer({
  id: 'totalVariation',
  options: t.strict({ norm: oneOf('l1', 'l2Squared', 'l2'), reduction: oneOf('mean', 'sum') }),
  defaults: { norm: 'l1', reduction: 'mean' },
  laws: ({ norm, reduction }) => ({ range: (bound) => [0, reduction === 'sum' ? Infinity : LARGEST[norm](2 * bound)], smooth: norm === 'l2Squared' }),
  accepts: () => (shape) => (shape.length === 4 ? undefined : 'neighbours need height and width: [batch, height, width, channels]'),
  tiling: (options) => ({
    parts: ([1, 2] as const).map((axis) => ({
      adds: options.reduction,
      window: axis === 1 ? [2, 1] : [1, 2],
      apply: (prediction: Tensor) => variationAlong(prediction, axis, options),
    })),
    finish: ([down, across]) => finished(tf.add(down as Tensor1D, across as Tensor1D), options),
  }),
  apply: (options) => (prediction) => {
    const along = ([1, 2] as const).filter((axis) => (prediction.shape[axis] ?? 0) > 1)
    const [first, second] = along.map((axis) => variationAlong(prediction, axis, options))
    const sum = first === undefined ? nothing(prediction) : second === undefined ? first : tf.add<Tensor1D>(first, second)
    return finished(sum, options)
  },
})

/** The mean or the sum over neighbours along an axis. */
const variationAlong = (prediction: Tensor, axis: 1 | 2, { norm, reduction }: TotalVariationOptions): Tensor1D =>
  (reduction === 'mean' ? meanOf : sumOf)(differences(prediction as Tensor4D, axis), norm === 'l1' ? absolutes : squares)

const finished = (total: Tensor1D, { norm }: TotalVariationOptions): Tensor1D => (norm === 'l2' ? safeSqrt(total) : total)

/** A single pixel has no neighbours: zero, with a zero gradient. */
const nothing = (x: Tensor): Tensor1D => tf.mul(sumOf(x, squares), 0)
