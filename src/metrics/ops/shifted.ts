import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** The positions from `start` on along height (1) or width (2), `less` fewer than there are. */
export const shifted = (x: Tensor4D, axis: 1 | 2, start: number, less: number): Tensor4D => {
  const [begin, size] = [[0, 0, 0, 0], [...x.shape]]
  begin[axis] = start
  size[axis] = x.shape[axis] - less
  return tf.slice(x, begin, size)
}
