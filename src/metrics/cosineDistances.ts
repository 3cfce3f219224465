/**
 * Cosine distances of unit vectors with all their digits: 1 - cos by subtraction has an error of 1e-7, where nearest neighbours are 1e-6 apart.
 *
 * A vector is split into a coarse part, in steps of 2^-11, and the fine rest. Products of coarse parts are whole multiples of 2^-22, so float32 adds them without rounding;
 * what is left to add is 2^-11 times as small. As rounded vectors have a length of 1 only to 1e-7, half of what their squared lengths lack is taken off.
 *
 * Law: the distance of a vector from itself is 0 to 1e-9.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor2D } from '@tensorflow/tfjs'

/** Unit vectors [points, channels] in two parts, and 1 less each one's squared length [points, 1]. */
export interface Points {
  readonly coarse: Tensor2D
  readonly fine: Tensor2D
  readonly lacking: Tensor2D
}

/** The vectors that others are compared with, as columns: the coarse parts, the fine parts over the whole vectors, and what their squared lengths lack. */
export interface Columns {
  readonly coarse: Tensor2D
  readonly rest: Tensor2D
  readonly lacking: Tensor2D
}

const STEPS = 2 ** 11

export const pointsOf = (x: Tensor2D): Points => {
  const coarse = tf.div<Tensor2D>(tf.round(tf.mul(x, STEPS)), STEPS)
  const fine = tf.sub<Tensor2D>(x, coarse)
  const whole = tf.sub(1, tf.sum(tf.square(coarse), 1, true))
  const lacking = tf.sub<Tensor2D>(whole, tf.sum(tf.mul(fine, tf.add(coarse, x)), 1, true))
  // A vector of zeros is no unit vector: its distance from all others is 1.
  return { coarse, fine, lacking: tf.mul<Tensor2D>(lacking, tf.cast(tf.less(lacking, 0.5), 'float32')) }
}

/** Some of the points. */
export const bandOfPoints = ({ coarse, fine, lacking }: Points, first: number, count: number): Points => {
  const part = (of: Tensor2D): Tensor2D => tf.slice(of, [first, 0], [count, -1])
  return { coarse: part(coarse), fine: part(fine), lacking: part(lacking) }
}

export const columnsOf = ({ coarse, fine, lacking }: Points): Columns => ({
  coarse: tf.transpose<Tensor2D>(coarse),
  rest: tf.transpose<Tensor2D>(tf.concat([fine, tf.add<Tensor2D>(coarse, fine)], 1)),
  lacking: tf.transpose<Tensor2D>(lacking),
})

/** 1 - cos of each row with each column: [rows, columns]. */
export const distancesOf = (rows: Points, columns: Columns): Tensor2D => {
  const apart = tf.sub(1, tf.matMul(rows.coarse, columns.coarse))
  const rest = tf.matMul(tf.concat([rows.coarse, rows.fine], 1), columns.rest)
  return tf.sub(tf.sub(apart, rest), tf.mul(tf.add(rows.lacking, columns.lacking), 0.5))
}
