/** Sums of weighted squares by an op of this package on the native backend (src/layers/kernels/native): one pass over the tensor. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { namedOp } from '../namedOps.js'
import { areClose, triedOnce, trialNumbers } from './trial.js'
import { LANES } from './nativeVectors.js'

/** For each sample the sum of the squares, each times its channel's weight: [batch, ..., channels] and [channels] to [batch]. */
export const nativeWeightedSquares = (x: Tensor, weights: Tensor1D): Tensor1D => namedOp('PerceptualLossWeightedSquares', () => [], [x, weights]) as Tensor1D

/** Whether the backend in use has the op and it agrees with TensorFlow's own. */
export const hasNativeWeightedSquares = triedOnce(() => {
  const [x, weights] = [trialNumbers(1, [2, 3, 5, LANES]), tf.reshape<tf.Rank.R1>(trialNumbers(2, [1, 1, 1, LANES]), [LANES])]
  return areClose(nativeWeightedSquares(x, weights), tf.sum(tf.mul(tf.square(x), weights), [1, 2, 3]), 1e-3)
})
