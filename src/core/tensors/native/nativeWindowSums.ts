/** Weighted sums in windows by an op of this package on the native backend (src/layers/kernels/native). */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { namedOp } from '../namedOps.js'
import { areClose, triedOnce, trialNumbers } from './trial.js'

/** The sums of windows inside the picture; with `around`, also of those that reach over an edge. */
export const nativeWindowSums = (x: Tensor4D, down: Tensor1D, across: Tensor1D, around: boolean): Tensor4D =>
  namedOp('PerceptualLossWindowSums', ({ TF_ATTR_BOOL }) => [{ name: 'around', type: TF_ATTR_BOOL, value: around }], [x, down, across]) as Tensor4D

/** Whether the backend in use has the op and it agrees with TensorFlow's own, on rows that fill no vectors. */
export const hasNativeWindowSums = triedOnce(() => {
  const [x, down, across] = [trialNumbers(1, [2, 9, 14, 3]), tf.tensor1d([0.25, 0.5, -0.125, 1]), tf.tensor1d([0.5, -0.25, 1])]
  const filter = tf.tile<Tensor4D>(tf.reshape(tf.outerProduct(down, across), [4, 3, 1, 1]), [1, 1, 3, 1])
  return [false, true].every((around) => {
    const whole = around ? tf.pad(x, [[0, 0], [3, 3], [2, 2], [0, 0]]) : x // prettier-ignore
    return areClose(nativeWindowSums(x, down, across, around), tf.depthwiseConv2d<Tensor4D>(whole, filter, 1, 'valid'), 1e-5)
  })
})
