import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** Every second position of [batch, height, width, 1], from the first on: by slices, which have gradients on every backend. */
export const everySecond = (x: Tensor4D): Tensor4D => {
  const [batch, height, width] = x.shape
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  const even = tf.pad(x, [[0, 0], [0, height % 2], [0, width % 2], [0, 0]]) // prettier-ignore
  const everyRow = tf.slice(tf.reshape(even, [batch, rows, 4 * columns]), [0, 0, 0], [-1, -1, 2 * columns])
  return tf.slice<tf.Rank.R4, Tensor4D>(tf.reshape(everyRow, [batch, rows, columns, 2]), [0, 0, 0, 0], [-1, -1, -1, 1])
}
