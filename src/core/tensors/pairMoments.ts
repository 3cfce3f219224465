/**
 * Means and variances of the channels of two tensors over all positions, the variance of their difference, and the gradient of these.
 *
 * The variance of a constant channel is exactly 0, not a rounding error: a division by it plus a small constant would turn that into a slope.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { isTapeOn } from './engine.js'
import { momentKernels, type MomentKernels } from './momentKernels.js'
import { perChannel } from './perChannel.js'
import { channelMean } from './perSample.js'

/** The gradient in moments of y, each [batch, channels]. */
export interface MomentSlopes {
  readonly mean: Tensor
  readonly variance: Tensor
  /** In the variance of y - x. */
  readonly difference: Tensor
}

/** Moments of x and y, each [batch, channels]. */
export interface PairMoments {
  readonly means: readonly [ofX: Tensor2D, ofY: Tensor2D]
  readonly variances: readonly [ofX: Tensor2D, ofY: Tensor2D]
  /** The variance of y - x. */
  readonly difference: Tensor2D
  /** The tensors that the gradient needs. */
  readonly saved: readonly Tensor[]
  /** The gradient in y. */
  readonly gradient: (saved: readonly Tensor[], slopes: MomentSlopes) => Tensor
}

/** The moments of x and y [batch, height, width, channels], for ops with gradients of their own. With the tape on, it is composed of ops that have gradients; otherwise kernels may run. */
export const pairMoments = (x: Tensor, y: Tensor): PairMoments => {
  const kernels = isTapeOn() || x.size === 0 || !tf.util.arraysEqual(x.shape, y.shape) ? undefined : momentKernels()
  return kernels === undefined ? byOps(x, y) : byKernels(kernels, x as Tensor4D, y as Tensor4D)
}

const positions = (x: Tensor): number => Math.max(1, (x.shape[1] ?? 1) * (x.shape[2] ?? 1))

const byKernels = (kernels: MomentKernels, x: Tensor4D, y: Tensor4D): PairMoments => {
  const all = kernels.moments(x, y)
  const [meanX, meanY, , , varianceX, varianceY, difference] = tf.unstack(all) as [Tensor2D, Tensor2D, Tensor, Tensor, Tensor2D, Tensor2D, Tensor2D]
  return {
    means: [meanX, meanY],
    variances: [varianceX, varianceY],
    difference,
    saved: [x, y, all],
    gradient: (saved, slopes) => {
      const [left, right, moments] = saved as [Tensor4D, Tensor4D, Tensor3D]
      const each = tf.div(tf.stack([slopes.mean, slopes.variance, slopes.difference]), positions(right))
      return kernels.gradient(left, right, moments, each)
    },
  }
}

const byOps = (x: Tensor, y: Tensor): PairMoments => {
  const [[meanX, a], [meanY, b]] = [centred(x), centred(y)]
  return {
    means: [meanX, meanY],
    variances: [meanSquare(a), meanSquare(b)],
    difference: tf.tidy(() => channelMean(tf.squaredDifference(b, a))),
    saved: [a, b],
    gradient: ([left = a, right = b], { mean, variance, difference }) => {
      const count = positions(right)
      const own = perChannel(tf.mul, right, tf.mul(tf.add(variance, difference), 2 / count))
      const across = tf.sub(own, perChannel(tf.mul, left, tf.mul(difference, 2 / count)))
      return perChannel(tf.add, across, tf.div(mean, count))
    },
  }
}

/** The means of the channels, and the values minus them. Values minus the first one keep their digits, and those of a constant channel are exactly 0. */
const centred = (x: Tensor): [mean: Tensor2D, values: Tensor] =>
  tf.tidy(() => {
    const first = tf.reshape<tf.Rank.R2>(tf.slice(x, [0, 0, 0, 0], [-1, 1, 1, -1]), [x.shape[0], x.shape[3] ?? 0])
    const shifted = perChannel(tf.sub, x, first)
    const mean = channelMean(shifted)
    return [tf.add(first, mean), perChannel(tf.sub, shifted, mean)]
  })

/** The mean of the squares, which are freed at once: features of the first block are the largest tensors of a step. */
const meanSquare = (values: Tensor): Tensor2D => tf.tidy(() => channelMean(tf.square(values)))
