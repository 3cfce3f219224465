/**
 * Ops of pictures with one number per channel.
 *
 * The numbers are first repeated along a row: TensorFlow's C library takes two to four times as long to broadcast along rows as short as a pixel.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** `op` of x [batch, height, width, channels] and of `numbers` ([channels], or [batch, channels]) at every position; differentiable as `op` is. */
export const perChannel = <T extends Tensor>(op: (x: Tensor, numbers: Tensor) => Tensor, x: T, numbers: Tensor): T => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  const row = tf.tile(tf.reshape(numbers, [-1, 1, channels]), [1, 1, width])
  return tf.reshape(op(tf.reshape(x, [batch, height, width * channels]), row), x.shape) as T
}
