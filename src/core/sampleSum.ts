/**
 * Sums and means over a sample's elements or positions, in steps of at most 64 numbers.
 *
 * WASM adds floats one after the other: over four million pixels a plain sum keeps three digits, a sum in steps all seven. Every mean over pixels goes through here.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'

/** How many elements one sample of the batch has. */
export const sampleSize = (x: Tensor): number => x.shape.slice(1).reduce((product, size) => product * size, 1)

/** The sum over each sample's elements: [batch, ...] to [batch]. */
export const sampleSum = (x: Tensor): Tensor1D => {
  const [batch = 0] = x.shape
  return tf.reshape(inSteps(x, [batch, sampleSize(x), 1]), [batch])
}

/** The mean over each sample's elements: [batch, ...] to [batch]. */
export const sampleMean = (x: Tensor): Tensor1D => tf.div(sampleSum(x), sampleSize(x))

/** The mean over positions of each channel: [batch, ..., channels] to [batch, channels]; 0 where there are no positions. */
export const channelMean = (x: Tensor): Tensor2D => {
  const [batch, channels] = [x.shape[0] ?? 0, x.shape.at(-1) ?? 0]
  const positions = x.shape.slice(1, -1).reduce((product, size) => product * size, 1)
  return tf.div(tf.reshape(inSteps(x, [batch, positions, channels]), [batch, channels]), Math.max(1, positions))
}

/** How the elements lie: the middle axis is summed. */
type Layout = readonly [outer: number, count: number, inner: number]

/** The most numbers that one step adds, and the fewest worth a step. */
const [MOST, FEWEST] = [64, 4]

const inSteps = (x: Tensor, [outer, count, inner]: Layout): Tensor => {
  if (count <= MOST) return summed(x, [outer, count, inner])
  const step = divisorOf(count)
  if (step === undefined) return inSteps(padded(x, [outer, count, inner]), [outer, Math.ceil(count / MOST) * MOST, inner])
  return inSteps(summed(x, [(outer * count) / step, step, inner]), [outer, count / step, inner])
}

/** Single numbers are summed along the last axis: WASM transposes for any other one. */
const summed = (x: Tensor, [outer, count, inner]: Layout): Tensor =>
  inner === 1 ? tf.sum(tf.reshape(x, [outer, count]), 1) : tf.sum(tf.reshape(x, [outer, count, inner]), 1)

const divisorOf = (count: number): number | undefined => {
  for (let step = MOST; step >= FEWEST; step--) if (count % step === 0) return step
  return undefined
}

/** Zeros at the end, along one long axis: so it is a copy of memory. */
const padded = (x: Tensor, [outer, count, inner]: Layout): Tensor => {
  const missing = Math.ceil(count / MOST) * MOST - count
  return tf.pad(tf.reshape(x, [outer, count * inner]), [[0, 0], [0, missing * inner]]) // prettier-ignore
}
