/** Edges of greyscale pictures: their strength, at full and at half size, and how far two strengths are apart. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { averagePooled } from './averagePooled.js'
import { shifted } from './shifted.js'

/** Halved by averages of 2 x 2; where a side is odd, zeros are put below and to the right first (piq). */
export const halvedOverZeros = (x: Tensor4D): Tensor4D => {
  const odd = Math.max(x.shape[1] % 2, x.shape[2] % 2)
  return averagePooled(odd === 0 ? x : tf.pad(x, [[0, 0], [0, odd], [0, odd], [0, 0]]), 2) // prettier-ignore
}

/** The sum of three neighbours along an axis. */
const threes = (x: Tensor4D, axis: 1 | 2): Tensor4D => tf.add(tf.add(shifted(x, axis, 0, 2), shifted(x, axis, 1, 2)), shifted(x, axis, 2, 2))

/** The length of Prewitt's gradient (a third of the sum of three central differences), zeros around the picture; its own gradient is 0 where it is 0. */
export const gradientLength = (x: Tensor4D): Tensor4D => {
  const wide = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) // prettier-ignore
  const [down, across] = ([1, 2] as const).map((axis) => {
    const smoothed = threes(wide, axis === 1 ? 2 : 1)
    return tf.sub<Tensor4D>(shifted(smoothed, axis, 2, 2), shifted(smoothed, axis, 0, 2))
  }) as [Tensor4D, Tensor4D]
  return tf.div(safeSqrt(tf.add<Tensor4D>(tf.square(down), tf.square(across))), 3)
}

/** 1 less the similarity (2 x y + c) / (x² + y² + c), computed from the difference, so that it is exactly 0 where both are equal. */
export const dissimilarity = <T extends Tensor>(x: T, y: T, c: number): T => tf.div(tf.squaredDifference(x, y), tf.add(tf.add(tf.square(x), tf.square(y)), c))
