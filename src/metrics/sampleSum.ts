import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'

/** How many elements one sample of the batch has. */
export const sampleSize = (x: Tensor): number => x.shape.slice(1).reduce((product, size) => product * size, 1)

/**
 * The sum over each sample's elements: [batch, ...] to [batch].
 *
 * In two stages, rows first: backends add floats one after the other, and four million of them lose four digits.
 */
export const sampleSum = (x: Tensor): Tensor1D => {
  const [batch = 0, rows = 1] = x.shape
  return tf.sum(tf.reshape(tf.sum(tf.reshape(x, [batch * rows, -1]), 1), [batch, rows]), 1)
}

/** The mean over each sample's elements: [batch, ...] to [batch]. */
export const sampleMean = (x: Tensor): Tensor1D => tf.div(sampleSum(x), sampleSize(x))
