/** Moments of pairs by ops of this package on the native backend (src/layers/kernels/native): one pass over the tensors, and one for their gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { namedOp } from '../namedOps.js'
import { areClose, triedOnce, trialNumbers } from './trial.js'

/** The moments of x and y [rows, batch, channels]. */
export const nativeMoments = (x: Tensor4D, y: Tensor4D): Tensor3D => namedOp('PerceptualLossPairMoments', () => [], [x, y]) as Tensor3D

/** The gradient in y from that in its moments, over the number of positions. */
export const nativeMomentsGradient = (x: Tensor4D, y: Tensor4D, moments: Tensor, slopes: Tensor): Tensor4D =>
  namedOp('PerceptualLossPairMomentsGradient', () => [], [x, y, moments, slopes]) as Tensor4D

/** Whether the backend in use has the ops and they agree with TensorFlow's own, on channels that fill no vector. */
export const hasNativeMoments = triedOnce(() => {
  const [x, y] = [trialNumbers(1, [2, 3, 5, 19]), trialNumbers(2, [2, 3, 5, 19])]
  const centred = (of: Tensor): Tensor => tf.sub(of, tf.mean(of, [1, 2], true))
  const moments = [tf.mean(x, [1, 2]), tf.mean(y, [1, 2]), ...[x, y, tf.sub(y, x)].map((of) => tf.mean(tf.square(centred(of)), [1, 2]))]
  const own = nativeMoments(x, y)
  const slopes = tf.slice(own, [0, 0, 0], [3, -1, -1])
  const [inMean, inVariance, inDifference] = tf.unstack(tf.reshape(slopes, [3, 2, 1, 1, 19])) as [Tensor, Tensor, Tensor]
  const gradient = tf.add(inMean, tf.mul(tf.add(tf.mul(inVariance, centred(y)), tf.mul(inDifference, centred(tf.sub(y, x)))), 2))
  const rows = tf.gather(own, tf.tensor1d([0, 1, 4, 5, 6], 'int32'))
  return areClose(rows, tf.stack(moments), 1e-5) && areClose(nativeMomentsGradient(x, y, own, slopes), gradient, 1e-5)
})
