/**
 * Means and variances of a feature's channels over all positions, [batch, height, width, channels] to [batch, channels], each with its own gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import { differentiable } from '../core/differentiable.js'

/** In two stages, columns first: backends add floats one after the other, and sixty thousand of them lose a digit. */
const positionSum = (x: Tensor): Tensor2D => tf.sum(tf.sum(x, 1), 1)

const positions = (x: Tensor): number => Math.max(1, (x.shape[1] ?? 1) * (x.shape[2] ?? 1))

/** One number a channel, to be spread over all positions. */
const spread = (channels: Tensor): Tensor => tf.expandDims(tf.expandDims(channels, 1), 1)

/** The mean of each channel. */
export const mean = (feature: Tensor): Tensor2D =>
  differentiable<Tensor2D>(feature, (x, save) => {
    save([x])
    return {
      value: tf.div(positionSum(x), positions(x)),
      gradient: (dy, [saved = x]) => tf.broadcastTo(spread(tf.div(dy, positions(saved))), saved.shape),
    }
  })

/** The variance of each channel: the mean of the squared distances from the mean. */
export const variance = (feature: Tensor): Tensor2D =>
  differentiable<Tensor2D>(feature, (x, save) => {
    const centred = tf.sub(x, spread(tf.div(positionSum(x), positions(x))))
    save([centred])
    return {
      value: tf.div(positionSum(tf.square(centred)), positions(x)),
      gradient: (dy, [saved = centred]) => tf.mul(saved, spread(tf.mul(dy, 2 / positions(saved)))),
    }
  })
