/** Weighted sums in windows by an op of this package on TensorFlow's library, which `npx perceptual-loss native` compiles (src/layers/kernels/native). */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { isNativeProcessor, namedOp } from '../namedOps.js'
import { triedOnce } from '../triedOnce.js'
import { trialNumbers } from './trialNumbers.js'

/** The sums; with `around`, also of windows that reach over an edge. */
export const nativeWindowSums = (x: Tensor4D, down: Tensor1D, across: Tensor1D, around: boolean): Tensor4D =>
  namedOp('PerceptualLossWindowSums', ({ TF_ATTR_BOOL }) => [{ name: 'around', type: TF_ATTR_BOOL, value: around }], [x, down, across]) as Tensor4D

/** Whether the backend in use has the op, and it gives what TensorFlow's own give; tried once a backend. */
export const hasNativeWindowSums = (): boolean => isNativeProcessor() && works()

/** Of rows that fill no vectors. */
const works = triedOnce(() => {
  const [x, down, across] = [trialNumbers(1, [2, 9, 14, 3]), tf.tensor1d([0.25, 0.5, -0.125, 1]), tf.tensor1d([0.5, -0.25, 1])]
  const filter = tf.tile<tf.Tensor4D>(tf.reshape(tf.outerProduct(down, across), [4, 3, 1, 1]), [1, 1, 3, 1])
  return [false, true].every((around) => {
    const whole = around ? tf.pad(x, [[0, 0], [3, 3], [2, 2], [0, 0]]) : x // prettier-ignore
    const difference = tf.sub(nativeWindowSums(x, down, across, around), tf.depthwiseConv2d<Tensor4D>(whole, filter, 1, 'valid'))
    return (tf.max(tf.abs(difference)).dataSync()[0] ?? Infinity) <= 1e-5
  })
})
