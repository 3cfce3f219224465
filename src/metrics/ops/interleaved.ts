import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** A zero after each position along height and width: [batch, height, width, 1] to [batch, 2 height, 2 width, 1]. */
export const interleaved = (x: Tensor4D): Tensor4D => {
  const [batch, height, width] = x.shape
  const wide = tf.reshape(tf.pad(tf.reshape(x, [batch, height, width, 1]), [[0, 0], [0, 0], [0, 0], [0, 1]]), [batch, height, 1, 2 * width]) // prettier-ignore
  return tf.reshape(tf.pad(wide, [[0, 0], [0, 0], [0, 1], [0, 0]]), [batch, 2 * height, 2 * width, 1]) // prettier-ignore
}
