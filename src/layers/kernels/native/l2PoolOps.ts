/** L2 pooling and its gradient by ops of this package (c/l2Poolings.c): one pass over memory each. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LANES } from '../../../core/tensors/native/nativeVectors.js'
import { namedOp } from '../../../core/tensors/namedOps.js'
import { areClose, triedOnce, trialNumbers } from '../../../core/tensors/native/trial.js'

/** The root of the blurred squares at every second position; undefined for channels that the op does not take, and without the op. */
export const l2PoolOp = (x: Tensor4D): Tensor4D | undefined => (isFor(x) ? value(x) : undefined)

/** Its gradient in x, from that in its value y; undefined as for the value. */
export const l2PoolGradientOp = (dy: Tensor4D, x: Tensor4D, y: Tensor4D): Tensor4D | undefined => (isFor(x) ? gradient(dy, x, y) : undefined)

const isFor = ({ shape }: Tensor4D): boolean => shape[3] % LANES === 0 && work()

const value = (x: Tensor4D): Tensor4D => namedOp('PerceptualLossL2Pool', () => [], [x]) as Tensor4D
const gradient = (dy: Tensor4D, x: Tensor4D, y: Tensor4D): Tensor4D => namedOp('PerceptualLossL2PoolGradient', () => [], [dy, x, y]) as Tensor4D

/** Whether the backend in use has the ops and they agree with TensorFlow's own. */
const work = triedOnce(() => {
  const x = trialNumbers(1, [2, 5, 6, LANES])
  const weights = tf.tensor1d([0.25, 0.5, 0.25])
  const filter = tf.tile<tf.Tensor4D>(tf.reshape(tf.outerProduct(weights, weights), [3, 3, 1, 1]), [1, 1, LANES, 1])
  const blurred = (of: Tensor4D): Tensor4D => tf.depthwiseConv2d(tf.pad(of, [[0, 0], [1, 1], [1, 1], [0, 0]]), filter, 2, 'valid') // prettier-ignore
  const y = value(x)
  const dy = trialNumbers(2, y.shape)
  // The derivative along a direction, by the gradient and by the chain rule.
  const along = trialNumbers(3, x.shape)
  const slope = tf.div(blurred(tf.mul(x, along)), y)
  const root = tf.sqrt(tf.add(blurred(tf.square(x)), 1e-12))
  const [ours, theirs] = [tf.sum(tf.mul(gradient(dy, x, y), along)), tf.sum(tf.mul(dy, slope))]
  return areClose(y, root, 1e-4) && areClose(ours, theirs, 1e-4)
})
