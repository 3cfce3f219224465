import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** Every second position of [batch, height, width, channels], from the first on: by slices, which have gradients on every backend. */
export const everySecond = (x: Tensor4D): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  const even = tf.pad(x, [[0, 0], [0, height % 2], [0, width % 2], [0, 0]]) // prettier-ignore
  const row = 2 * columns * channels
  const everyRow = tf.slice(tf.reshape(even, [batch, rows, 2 * row]), [0, 0, 0], [-1, -1, row])
  const everyColumn = tf.slice(tf.reshape(everyRow, [batch, rows, columns, 2 * channels]), [0, 0, 0, 0], [-1, -1, -1, channels])
  return tf.reshape(everyColumn, [batch, rows, columns, channels])
}

/** The transpose of `everySecond`: each position where it came from in a tensor of this height and width, and zeros between. */
export const amongZeros = (x: Tensor4D, height: number, width: number): Tensor4D => {
  const [batch, rows, columns, channels] = x.shape
  const wide = tf.pad(tf.reshape(x, [batch * rows, columns, channels]), [[0, 0], [0, 0], [0, channels]]) // prettier-ignore
  const high = tf.pad(tf.reshape(wide, [batch * rows, 1, 2 * columns * channels]), [[0, 0], [0, 1], [0, 0]]) // prettier-ignore
  return tf.slice<tf.Rank.R4, Tensor4D>(tf.reshape(high, [batch, 2 * rows, 2 * columns, channels]), [0, 0, 0, 0], [-1, height, width, -1])
}
