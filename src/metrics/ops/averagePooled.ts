import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { filledTo } from '../../core/tensors/sized.js'
import { differentiable } from '../../core/tensors/differentiable.js'

/**
 * The means of blocks of size x size positions, what is left over at the bottom and right dropped.
 *
 * Its gradient is each mean's, shared over its block: a nearest-neighbour enlargement (2 ms for 256 x 256 x 6 where AvgPoolGrad takes 20).
 */
export const averagePooled = (x: Tensor4D, size: number): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => {
    const [, height = 0, width = 0] = input.shape
    return {
      value: tf.avgPool(input as Tensor4D, size, size, 'valid'),
      gradient: (dy) => shared(dy, size, height, width),
    }
  })

/** The transpose: each number divided among the positions of its block. */
const shared = (means: Tensor4D, size: number, height: number, width: number): Tensor4D =>
  differentiable<Tensor4D>(means, (input) => {
    const [, down = 0, across = 0] = input.shape
    const [rows, columns] = [down * size, across * size]
    // Half-pixel centres: the nearest position is then never a matter of rounding.
    const whole = tf.mul<Tensor4D>(tf.image.resizeNearestNeighbor(input as Tensor4D, [rows, columns], false, true), 1 / size ** 2)
    return {
      value: filledTo(whole, [height, width]),
      gradient: (dy) => averagePooled(dy, size),
    }
  })
