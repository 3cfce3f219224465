import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { recordsEverySize } from '../../core/tensors/sized.js'

/** The picture with its outermost positions repeated: by this many before and after, along height and width. */
export const replicated = (x: Tensor4D, before: number, after: number): Tensor4D => repeated(repeated(x, 1, before, after), 2, before, after)

/** The first position of an axis repeated before it, and the last one after it. */
export const repeated = (x: Tensor4D, axis: 1 | 2, before: number, after: number): Tensor4D => {
  const times = (at: number, count: number): readonly Tensor4D[] => {
    if (count === 0 && !recordsEverySize()) return []
    const length = Math.min(1, count)
    const only: Tensor4D = tf.slice(x, axis === 1 ? [0, at, 0, 0] : [0, 0, at, 0], axis === 1 ? [-1, length, -1, -1] : [-1, -1, length, -1])
    return [count === length ? only : tf.tile(only, axis === 1 ? [1, count, 1, 1] : [1, 1, count, 1])]
  }
  const parts = [...times(0, before), x, ...times(x.shape[axis] - 1, after)]
  return parts.length === 1 ? x : tf.concat(parts, axis)
}
