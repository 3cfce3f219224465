/**
 * The TensorFlow C library (tfjs-node, tfjs-node-gpu): ops of its that TensorFlow.js has no function for, run by name.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { floats, namedOp } from '../../core/tensors/namedOps.js'
import { triedOnce } from '../../core/tensors/triedOnce.js'

/** The gradient through a ReLU whose output was `y`: one pass over memory, where `step` is six ops. */
export const reluGrad = (dy: Tensor4D, y: Tensor4D): Tensor4D => namedOp('ReluGrad', (kinds) => [floats(kinds)], [dy, y]) as Tensor4D

/**
 * Convolution + bias by oneDNN in one op, which is private to TensorFlow: see `hasConvolutionWithBias`.
 *
 * The filter is not said to be constant: TensorFlow keeps a constant filter for every convolution with these attributes, whichever filter it is given next.
 */
export const convolutionWithBias = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D, stride: number, padding: 'same' | 'valid'): Tensor4D =>
  namedOp(
    '_MklNativeConv2DWithBias',
    (kinds) => [
      floats(kinds),
      { name: 'strides', type: kinds.TF_ATTR_INT, value: [1, stride, stride, 1] },
      { name: 'padding', type: kinds.TF_ATTR_STRING, value: padding.toUpperCase() },
      { name: 'data_format', type: kinds.TF_ATTR_STRING, value: 'NHWC' },
      { name: 'dilations', type: kinds.TF_ATTR_INT, value: [1, 1, 1, 1] },
      { name: 'is_filter_const', type: kinds.TF_ATTR_BOOL, value: false },
      { name: '_kernel', type: kinds.TF_ATTR_STRING, value: 'MklNameChangeOp' },
    ],
    [x, filter, bias],
  ) as Tensor4D

/** Two filters in turn, to detect a cached one. */
const givesTheSame = (): boolean => {
  const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 3 * i))
  const x = tf.tensor4d(numbers(5 * 6 * 8, 1), [1, 5, 6, 8])
  const bias = tf.tensor1d(numbers(16, 2))
  return [3, 4].every((seed) => {
    const filter = tf.tensor4d(numbers(3 * 3 * 8 * 16, seed), [3, 3, 8, 16])
    const plain = tf.add(tf.conv2d(x, filter, 1, 'same'), bias)
    const difference = tf.max(tf.abs(tf.sub(convolutionWithBias(x, filter, bias, 1, 'same'), plain)))
    return (difference.dataSync()[0] ?? Infinity) <= 1e-5
  })
}

/** Whether this TensorFlow has `convolutionWithBias` on this device, and it gives what the plain ops give; tried once a backend. */
export const hasConvolutionWithBias = triedOnce(givesTheSame)
