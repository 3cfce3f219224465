/**
 * The sum of a tensor's rows by segment: the gradient of `tf.gather`, and so of embeddings.
 *
 * Laws: row s is the sum of the rows of x whose id is s; ids outside [0, segments) are ignored, as on the cpu backend.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'

/** [segments, ...] from x [rows, ...] and an int32 id per row. `tf.scatterND` adds the rows of one place. */
export const segmentSum = (x: Tensor, ids: Tensor1D, segments: number): Tensor =>
  tf.tidy(() => {
    const [rows = 0, ...rest] = x.shape
    const size = rest.reduce((product, side) => product * side, 1)
    if (rows === 0 || size === 0) return tf.zeros([segments, ...rest], x.dtype)
    // One more row takes ids outside.
    const places = ids.dataSync<'int32'>().map((id) => (id >= 0 && id < segments ? id : segments))
    const sums = tf.scatterND(tf.tensor2d(places, [rows, 1], 'int32'), tf.reshape(x, [rows, size]), [segments + 1, size])
    return tf.reshape(tf.slice(sums, [0, 0], [segments, size]), [segments, ...rest])
  })
