/** Order statistics of rows, differentiable: elements that tie share the gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { floats, isNativeProcessor, namedOp, type AttributeKinds, type NamedAttribute } from '../../core/tensors/namedOps.js'

/** The k-th largest number of each row: [rows, n] to [rows, 1], without a gradient. The TensorFlow C library finds it without sorting those above it, in a tenth of the time. */
const kth = (rows: Tensor, k: number): Tensor =>
  stopGradient(() =>
    isNativeProcessor()
      ? tf.expandDims(namedOp('NthElement', reversed, [rows, tf.scalar(k - 1, 'int32')]), 1)
      : tf.slice(tf.topk(rows, k, true).values, [0, k - 1], [-1, 1]),
  )

const reversed = (kinds: AttributeKinds): readonly NamedAttribute[] => [floats(kinds), { name: 'reverse', type: kinds.TF_ATTR_BOOL, value: true }]

const mask = (of: () => Tensor): Tensor => stopGradient(() => tf.cast(of(), 'float32'))

/** The median of each row, the lower of two: [rows, n] to [rows]. */
export const median = (rows: Tensor): Tensor1D => {
  const length = rows.shape[1] ?? 1
  const middle = kth(rows, length - Math.floor((length - 1) / 2))
  const isMiddle = mask(() => tf.equal(rows, middle))
  return tf.div(tf.sum(tf.mul(rows, isMiddle), 1), tf.sum(isMiddle, 1))
}

/** The mean of each row's `count` largest numbers: [rows, n] to [rows]. */
export const meanOfLargest = (rows: Tensor, count: number): Tensor1D => {
  const least = kth(rows, count)
  const [isAbove, isLeast] = [mask(() => tf.greater(rows, least)), mask(() => tf.equal(rows, least))]
  const share = stopGradient(() => tf.div(tf.sub(count, tf.sum(isAbove, 1, true)), tf.sum(isLeast, 1, true)))
  return tf.div(tf.sum(tf.mul(rows, tf.add(isAbove, tf.mul(isLeast, share))), 1), count)
}
