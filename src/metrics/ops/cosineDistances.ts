/**
 * Cosine distances of unit vectors, exact where they are smallest.
 *
 * 1 - cos by a product of matrices has an error of 1e-7 and more, which is 1 to 5 % of the contextual loss where a vector is compared with itself. So each row's nearest
 * column is found, its distance is computed again as |x - y|² / 2, which loses no digits, and the row is shifted by the difference.
 *
 * Law: the smallest distance of a row is right to 1e-6 of itself; that of a vector from itself is 0.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'

/** Unit vectors [points, channels] that others are compared with, and the same as columns. */
export interface Vectors {
  readonly rows: Tensor2D
  readonly columns: Tensor2D
}

export const vectorsOf = (rows: Tensor2D): Vectors => ({ rows, columns: tf.transpose(rows) })

/** Distances of each row from each vector [rows, vectors], and each row's smallest [rows, 1]. */
export interface Distances {
  readonly distance: Tensor2D
  readonly nearest: Tensor2D
}

/** Distances of 1 - cos, or half of it, 0 or above. */
export const distancesOf = (rows: Tensor2D, { rows: vectors, columns }: Vectors, half: boolean): Distances => {
  const apart = tf.sub<Tensor2D>(1, tf.matMul(rows, columns))
  const smallest = tf.min<Tensor2D>(apart, 1, true)
  const lacking = stopGradient(() => correction(apart, smallest, rows, vectors))
  // The same operations on both, so that the nearest is equal to one of the distances.
  const corrected = (of: Tensor2D): Tensor2D => {
    const distance = tf.relu(tf.add<Tensor2D>(of, lacking))
    return half ? tf.mul(distance, 0.5) : distance
  }
  return { distance: corrected(apart), nearest: corrected(smallest) }
}

/** What each row's smallest distance lacks: [rows, 1]. */
const correction = (apart: Tensor2D, smallest: Tensor2D, rows: Tensor2D, vectors: Tensor2D): Tensor2D => {
  const nearest = tf.gather(vectors, tf.argMin<Tensor1D>(apart, 1))
  const exact = tf.mul(tf.sum(tf.squaredDifference(rows, nearest), 1, true), 0.5)
  // A vector of zeros is no unit vector: its distance from all others is 1, as it stands.
  const isUnit = tf.cast(tf.less(smallest, 0.5), 'float32')
  return tf.mul(tf.sub<Tensor2D>(exact, smallest), isUnit)
}
