import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** The picture mirrored at its edges, the outermost positions not repeated: by this many positions before and after, along height and width. */
export const reflected = (x: Tensor4D, before: number, after: number): Tensor4D => mirror(mirror(x, 1, before, after), 2, before, after)

/** Slices reversed and joined: the gradient of tf.mirrorPad forgets what was mirrored. */
const mirror = (x: Tensor4D, axis: 1 | 2, before: number, after: number): Tensor4D => {
  const length = x.shape[axis]
  const part = (begin: number, size: number): Tensor4D => {
    const [begins, sizes] = [[0, 0, 0, 0], [...x.shape]]
    begins[axis] = begin
    sizes[axis] = size
    return tf.reverse(tf.slice(x, begins, sizes), axis)
  }
  return tf.concat([...(before > 0 ? [part(1, before)] : []), x, ...(after > 0 ? [part(length - 1 - after, after)] : [])], axis)
}
