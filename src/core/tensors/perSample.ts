/**
 * Means and sums over a sample's elements or positions that keep their digits at any size.
 *
 * WASM adds floats one after the other: over four million pixels a plain mean keeps three digits. There a kernel of our own adds in double precision. Without it,
 * average pooling takes the means of windows of at most nine positions, and of these means again, which needs no transpose: up to 20 times faster than a plain mean over
 * positions, and within 1e-6 at 2048 x 2048. Other backends add in a tree or in double precision along rows, so they take rows, then columns.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'
import { simdMeans, type Layout } from './simd/simdMeans.js'

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

/** How many elements one sample of the batch has. */
export const sampleSize = (x: Tensor): number => product(x.shape.slice(1))

/** The sum over each sample's elements: [batch, ...] to [batch]. */
export const perSampleSum = (x: Tensor): Tensor1D => tf.mul(perSampleMean(x), sampleSize(x))

/** The mean over each sample's elements: [batch, ...] to [batch]. */
export const perSampleMean = (x: Tensor): Tensor1D => {
  const [batch = 0, ...rest] = x.shape
  return linear(x, (input) => (isWasm() ? withNaN(meanOfAll(input)) : tf.mean(tf.reshape(input, [batch, product(rest)]), 1)), [batch, ...rest.map(() => 1)])
}

/** The mean over positions of each channel: [batch, ..., channels] to [batch, channels]; 0 where there are no positions. */
export const channelMean = (x: Tensor): Tensor2D => {
  const [batch, channels = 0, positions] = [x.shape[0], x.shape.at(-1), x.shape.slice(1, -1)]
  if (x.size === 0) return tf.zeros([batch, channels])
  return linear(x, isWasm() ? (input) => withNaN(positionsPooled(input)) : rowsFirst, [batch, ...positions.map(() => 1), channels])
}

const isWasm = (): boolean => tf.getBackend() === 'wasm'

/** A mean, whose gradient is the same for all elements that it is of; `kept` is its shape with the others as 1. */
const linear = <T extends Tensor>(x: Tensor, mean: (x: Tensor) => Tensor, kept: readonly number[]): T =>
  differentiable<T>(x, (input) => ({
    value: mean(input) as T,
    gradient: (dy) => tf.mul(tf.reshape(tf.mul(dy, product(kept) / input.size), [...kept]), tf.ones(input.shape)),
  }))

/** Long sums over columns lose digits in TensorFlow's C library, and are slower. */
const rowsFirst = (x: Tensor): Tensor => (x.shape.length <= 2 ? x : rowsFirst(tf.mean(x, -2)))

/** Axis by axis, the outermost first: its elements are whole planes. */
const positionsPooled = (x: Tensor): Tensor => {
  const [batch = 0, first = 1, ...rest] = x.shape
  return rest.length === 0 ? tf.clone(x) : positionsPooled(tf.reshape(pooled(x, [batch, first, product(rest)]), [batch, ...rest]))
}

/** WASM's pooling turns NaN into -Infinity. */
const withNaN = (means: Tensor): Tensor => tf.add(means, tf.mul(tf.minimum(means, 0), 0))

const meanOfAll = (x: Tensor): Tensor => {
  const [batch = 0, first = 1, ...rest] = x.shape
  if (rest.length > 0) return meanOfAll(pooled(x, [batch, first, product(rest)]))
  const means = simdMeans(x, [batch, first, 1])
  return means === undefined ? meanOfRows(x) : tf.reshape(means, [batch])
}

/** Numbers without channels are laid out as rows of at most 64. */
const meanOfRows = (x: Tensor): Tensor => {
  const [batch = 0, first = 1] = x.shape
  const width = widthOf(first)
  return tf.mean(first === width ? x : pooled(x, [batch, first / width, width]), 1)
}

const widthOf = (count: number): number => {
  for (let width = 64; width > 1; width--) if (count % width === 0) return width
  return 1
}

/**
 * Windows of more than nine take memory for each channel from WASM's stack, which overflows: at 16,384 channels the backend crashes. So does a single window of more than seven,
 * which XNNPACK computes differently.
 */
const WINDOWS = [8, 9, 7, 6, 5, 4, 3]
const LARGEST_SINGLE = 7

/** The means over the middle axis: [outer, inner]. */
const pooled = (x: Tensor, [outer, count, inner]: Layout): Tensor =>
  count === 1 ? tf.reshape(x, [outer, inner]) : (simdMeans(x, [outer, count, inner]) ?? inWindows(x, [outer, count, inner]))

const inWindows = (x: Tensor, [outer, count, inner]: Layout): Tensor => {
  const batch = tf.reshape<tf.Rank.R4>(x, [outer, count, 1, inner])
  if (count <= LARGEST_SINGLE) return tf.reshape(windows(batch, count, count), [outer, inner])
  const smaller = WINDOWS.filter((window) => window < count)
  const size = smaller.find((window) => count % window === 0) ?? smaller.find((window) => count % window > 1)
  if (size === undefined) return tf.mean(tf.reshape(x, [outer, count, inner]), 1)
  const [rest, many] = [count % size, Math.floor(count / size)]
  const whole = pooled(windows(batch, size, size), [outer, many, inner])
  if (rest === 0) return whole
  // A stride of nearly everything: the first and the last `rest` positions.
  const last = tf.slice(windows(batch, rest, count - rest), [0, 1, 0, 0], [-1, 1, -1, -1])
  return tf.add(tf.mul(whole, (count - rest) / count), tf.mul(tf.reshape(last, [outer, inner]), rest / count))
}

const windows = (x: Tensor4D, size: number, stride: number): Tensor4D => tf.avgPool(x, [size, 1], [stride, 1], 'valid')
