import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** The depthwise filter [1 2 1; 2 4 2; 1 2 1] / 16, which blurs each channel alone: [3, 3, channels, 1]. */
export const binomialFilter = (channels: number): Tensor4D => {
  const window = tf.tensor4d(
    [1, 2, 1, 2, 4, 2, 1, 2, 1].map((v) => v / 16),
    [3, 3, 1, 1],
  )
  return tf.tile(window, [1, 1, channels, 1])
}
