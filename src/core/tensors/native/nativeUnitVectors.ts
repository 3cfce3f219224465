/** Channel vectors of unit length by ops of this package on the native backend (src/layers/kernels/native): one pass over the tensor, and one for the gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { namedOp } from '../namedOps.js'
import { areClose, triedOnce, trialNumbers } from './trial.js'
import { LANES } from './nativeVectors.js'

/** x / (|x| + epsilon). */
export const nativeUnitVectors = (x: Tensor, epsilon: number): Tensor => tf.tidy(() => namedOp('PerceptualLossUnitVectors', () => [], [x, tf.scalar(epsilon)]))

/** The gradient in x from that in its unit vectors; 0 where x is. */
export const nativeUnitVectorsGradient = (dy: Tensor, x: Tensor, epsilon: number): Tensor =>
  tf.tidy(() => namedOp('PerceptualLossUnitVectorsGradient', () => [], [dy, x, tf.scalar(epsilon)]))

/** Whether the backend in use has the ops and they agree with TensorFlow's own. */
export const hasNativeUnitVectors = triedOnce(() => {
  const [x, dy, epsilon] = [trialNumbers(1, [2, 3, 5, LANES]), trialNumbers(2, [2, 3, 5, LANES]), 0.1]
  const norm = tf.norm(x, 2, -1, true)
  const length = tf.add(norm, epsilon)
  const along = tf.div(tf.sum(tf.mul(x, dy), -1, true), tf.mul(norm, tf.square(length)))
  return (
    areClose(nativeUnitVectors(x, epsilon), tf.div(x, length), 1e-5) &&
    areClose(nativeUnitVectorsGradient(dy, x, epsilon), tf.sub(tf.div(dy, length), tf.mul(x, along)), 1e-5)
  )
})
