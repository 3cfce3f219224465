/** Edges of greyscale pictures: their strength, at full and at half size, and how far two strengths are apart. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { filledTo } from '../../core/tensors/sized.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { averagePooled } from './averagePooled.js'
import { shifted } from './shifted.js'

/** Halved by averages of 2 x 2; where a side is odd, zeros are put below or to the right first (piq, where zeros beside an even side are cut off again). */
export const halvedOverZeros = (x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  return averagePooled(filledTo(x, [height + (height % 2), width + (width % 2)]), 2)
}

/** A weighted sum of three neighbours along an axis, the outer two of which have the same weight. */
const threes = (x: Tensor4D, axis: 1 | 2, [outer, middle]: readonly [number, number]): Tensor4D => {
  const [before, at, after] = [shifted(x, axis, 0, 2), shifted(x, axis, 1, 2), shifted(x, axis, 2, 2)]
  return outer === middle ? tf.add(tf.add(before, at), after) : tf.add(tf.mul(tf.add(before, after), outer), tf.mul(at, middle))
}

/** The length of the two central differences, each smoothed across by three weights, with zeros around the picture; its own gradient is 0 where it is 0. */
const lengthOf = (x: Tensor4D, weights: readonly [number, number]): Tensor4D => {
  const wide = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) // prettier-ignore
  const [down, across] = ([1, 2] as const).map((axis) => {
    const smoothed = threes(wide, axis === 1 ? 2 : 1, weights)
    return tf.sub<Tensor4D>(shifted(smoothed, axis, 2, 2), shifted(smoothed, axis, 0, 2))
  }) as [Tensor4D, Tensor4D]
  return safeSqrt(tf.add<Tensor4D>(tf.square(down), tf.square(across)))
}

/** The length of Prewitt's gradient: central differences, three in a row averaged. */
export const gradientLength = (x: Tensor4D): Tensor4D => tf.div(lengthOf(x, [1, 1]), 3)

/** The length of Scharr's gradient: central differences, three in a row weighted by 3, 10 and 3 sixteenths. */
export const scharrLength = (x: Tensor4D): Tensor4D => lengthOf(x, [3 / 16, 10 / 16])

/** 1 less the similarity (2 x y + c) / (x² + y² + c), computed from the difference, so that it is exactly 0 where both are equal. */
export const dissimilarity = <T extends Tensor>(x: T, y: T, c: number): T => tf.div(tf.squaredDifference(x, y), tf.add(tf.add(tf.square(x), tf.square(y)), c))
