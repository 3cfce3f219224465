import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { cutTo, filledTo } from '../../core/tensors/sized.js'
import { differentiable } from '../../core/tensors/differentiable.js'
import { isNativeProcessor } from '../../core/tensors/namedOps.js'

/**
 * The means of blocks of size x size positions, what is left over at the bottom and right dropped.
 *
 * Its gradient is each mean's, shared over its block: a nearest-neighbour enlargement (2 ms for 256 x 256 x 6 where AvgPoolGrad takes 20).
 */
export const averagePooled = (x: Tensor4D, size: number): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => {
    const [, height = 0, width = 0] = input.shape
    return {
      value: isByLines(input, size) ? halvedByLines(input) : tf.avgPool(input as Tensor4D, size, size, 'valid'),
      gradient: (dy) => shared(dy, size, height, width),
    }
  })

/** The transpose: each number divided among the positions of its block. */
const shared = (means: Tensor4D, size: number, height: number, width: number): Tensor4D =>
  differentiable<Tensor4D>(means, (input) => {
    const [, down = 0, across = 0] = input.shape
    const [rows, columns] = [down * size, across * size]
    return {
      value: filledTo(isByLines(input, size) ? doubledByLines(input) : enlarged(input, size, [rows, columns]), [height, width]),
      gradient: (dy) => averagePooled(dy, size),
    }
  })

/** Half-pixel centres: the nearest position is then never a matter of rounding. */
const enlarged = (means: Tensor, size: number, sides: [number, number]): Tensor4D =>
  tf.mul<Tensor4D>(tf.image.resizeNearestNeighbor(means as Tensor4D, sides, false, true), 1 / size ** 2)

/** Beyond this many channels the products below would be larger than what they save. */
const FEW_CHANNELS = 4

/** On TensorFlow's library halving pictures line by line takes a third of the time of its pooling. Sums of four numbers that are equal are as exact. */
const isByLines = ({ shape: [, , , channels = 0] }: Tensor, size: number): boolean => size === 2 && channels <= FEW_CHANNELS && isNativeProcessor()

/** Two lines are added, then two columns by a product with a matrix. */
const halvedByLines = (x: Tensor): Tensor4D => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  const [down, across] = [Math.floor(height / 2), Math.floor(width / 2)]
  const even = cutTo(x as Tensor4D, [2 * down, 2 * across])
  const lines = tf.sum(tf.reshape(even, [batch * down, 2, 2 * across * channels]), 1)
  return tf.reshape(tf.matMul(tf.reshape(lines, [-1, 2 * channels]), quarters(channels)), [batch, down, across, channels])
}

/** The transpose. */
const doubledByLines = (means: Tensor): Tensor4D => {
  const [batch = 0, down = 0, across = 0, channels = 0] = means.shape
  const lines = tf.matMul(tf.reshape(means, [-1, channels]), quarters(channels), false, true)
  return tf.reshape(tf.tile(tf.reshape(lines, [batch * down, 1, -1]), [1, 2, 1]), [batch, 2 * down, 2 * across, channels])
}

/** A quarter of each channel of two neighbours: [2 channels, channels]. */
const quarters = (channels: number): Tensor2D =>
  tf.tensor2d(Array.from({ length: 2 * channels }, (_, from) => Array.from({ length: channels }, (__, to) => (from % channels === to ? 0.25 : 0))))
