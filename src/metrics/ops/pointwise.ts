/**
 * Sums and means over a sample of a function of one number, with its gradient in one multiplication.
 *
 * A curve is applied to a difference; its slope at 0 is 0 for a distance, so identical pictures have a zero gradient (TensorFlow.js' own `abs` has -1 there).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { sampleSize, perSampleMean } from '../../core/tensors/perSample.js'

/** A function of one number and its derivative, element by element; `by` multiplies the derivative, one number per sample. */
export interface PointwiseFunction {
  /** What both are made of, where it takes more than one pass over memory: made once, and kept for the derivative. */
  readonly between?: (d: Tensor) => Tensor
  readonly value: (d: Tensor, between: Tensor) => Tensor
  readonly slope: (d: Tensor, by: Tensor, between: Tensor) => Tensor
}

/** d². */
export const squares: PointwiseFunction = { value: tf.square, slope: (d, by) => tf.mul(d, tf.mul(by, 2)) }

/** |d|, with the gradient 0 at 0. */
export const absolutes: PointwiseFunction = { value: tf.abs, slope: (d, by) => tf.mul(tf.sign(d), by) }

const itself = (d: Tensor): Tensor => d

const scaledSum = (d: Tensor, { between = itself, value, slope }: PointwiseFunction, divisor: number): Tensor1D =>
  differentiable<Tensor1D>(d, (x, save) => {
    const made = between(x)
    save(made === x ? [x] : [x, made])
    return {
      value: times(perSampleMean(value(x, made)), sampleSize(x) / divisor),
      gradient: (dy, [saved = x, kept = saved]) => slope(saved, tf.reshape(tf.mul(dy, 1 / divisor), [-1, ...saved.shape.slice(1).map(() => 1)]), kept),
    }
  })

const times = (x: Tensor1D, scale: number): Tensor1D => (scale === 1 ? x : tf.mul(x, scale))

/** The mean of the curve over channels, at each position: [batch, height, width, channels] to [batch, height, width, 1]. */
export const mapOf = (d: Tensor, { between = itself, value }: PointwiseFunction): Tensor => tf.mean(value(d, between(d)), -1, true)

/** The sum of the curve over each sample: [batch, ...] to [batch]. */
export const sumOf = (d: Tensor, curve: PointwiseFunction): Tensor1D => scaledSum(d, curve, 1)

/** The mean of the curve over each sample: [batch, ...] to [batch]; 0 where there are no elements. */
export const meanOf = (d: Tensor, curve: PointwiseFunction): Tensor1D => scaledSum(d, curve, Math.max(1, sampleSize(d)))
