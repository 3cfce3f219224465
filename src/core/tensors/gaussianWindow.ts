/**
 * Blurs by one symmetric window along height and width, without padding, and their transposes. Each is the other's gradient.
 *
 * Laws: `blur` of a constant is that constant; `spread` is the transpose of `blur`: the sum of blur(x) y is the sum of x spread(y).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'
import { windowSums, type Reach } from './windowSums.js'

/** A symmetric window whose numbers sum to 1. */
export type Window = readonly number[]

/**
 * A Gaussian's values at whole distances from its centre (half ones where the size is even), over their sum.
 *
 * What rounding to float32 takes from the sum (1e-8) goes back to the two ends: times a squared mean it would be a variance, and SSIM of bright pictures 5e-5 off.
 */
export const gaussianWindow = (size: number, sigma: number): Window => {
  const values = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)))
  const total = sumOf(values)
  const rounded = values.map((value) => Math.fround(value / total))
  const missing = (1 - sumOf(rounded)) / 2
  return rounded.map((value, i) => (i === 0 || i === size - 1 ? value + missing : value))
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** The window's means: [batch, height, width, channels] to [batch, height - size + 1, width - size + 1, channels]. */
export const blur = (x: Tensor4D, window: Window): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => ({ value: sums(input, window, 'inside'), gradient: (dy) => spread(dy, window) }))

/** The transpose of `blur`: each number spread over the window that it would be the mean of. */
export const spread = (x: Tensor4D, window: Window): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => ({ value: sums(input, window, 'around'), gradient: (dy) => blur(dy, window) }))

const sums = (x: Tensor, window: Window, reach: Reach): Tensor4D => {
  const weights = tf.tensor1d([...window])
  return windowSums(x as Tensor4D, { down: weights, across: weights }, reach)
}
