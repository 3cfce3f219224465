/**
 * Ops of TensorFlow's C library (tfjs-node, tfjs-node-gpu) that TensorFlow.js has no function for, run by name.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { floats, namedOp } from '../../../core/tensors/namedOps.js'
import { areClose, triedOnce, trialNumbers } from '../../../core/tensors/native/trial.js'

/** The gradient through a ReLU whose output was `y`: one pass over memory, where `step` is six ops. */
export const reluGrad = (dy: Tensor4D, y: Tensor4D): Tensor4D => namedOp('ReluGrad', (kinds) => [floats(kinds)], [dy, y]) as Tensor4D

/**
 * Convolution + bias by oneDNN in one op, which is private to TensorFlow: `hasConvolutionWithBias` says whether it may be used.
 *
 * `is_filter_const` is false: TensorFlow keeps a constant filter for all later convolutions with the same attributes, even if they have another filter.
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

/** Whether this TensorFlow has `convolutionWithBias` and it agrees with the plain ops: two filters in turn, to detect a cached one. */
export const hasConvolutionWithBias = triedOnce(() => {
  const x = trialNumbers(1, [1, 5, 6, 8])
  const bias = tf.reshape<tf.Rank.R1>(trialNumbers(2, [1, 1, 1, 16]), [16])
  return [3, 4].every((seed) => {
    const filter = trialNumbers(seed, [3, 3, 8, 16])
    return areClose(convolutionWithBias(x, filter, bias, 1, 'same'), tf.add(tf.conv2d(x, filter, 1, 'same'), bias), 1e-5)
  })
})
