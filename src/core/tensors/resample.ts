/** Resamples pictures by one matrix along height and one along width, so that every backend has it with its gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'

/** The old positions that each new one is a weighted sum of: a matrix of `to` rows and `from` columns. */
export interface Resampling {
  readonly from: number
  readonly to: number
  readonly weights: Float32Array
}

/** The old positions that a new one is made of: the first of them, and their weights, which are divided by their sum. */
interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/** The position that one beyond the edge mirrors, the edge itself repeated. */
const mirrored = (position: number, size: number): number => {
  const turn = ((position % (2 * size)) + 2 * size) % (2 * size)
  return turn < size ? turn : 2 * size - 1 - turn
}

/** A resampling from what each new position is made of; beyond its edges the picture is mirrored. */
const resampling = (from: number, to: number, tapsOf: (row: number) => Taps): Resampling => {
  const matrix = new Float64Array(to * from)
  for (let row = 0; row < to; row++) {
    const { first, weights } = tapsOf(row)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    weights.forEach((weight, i) => {
      const at = row * from + mirrored(first + i, from)
      matrix[at] = (matrix[at] ?? 0) + weight / total
    })
  }
  return { from, to, weights: Float32Array.from(matrix) }
}

/**
 * Bilinear interpolation with centres at half positions: a triangle around each new position's centre, as wide as two old positions, or, where it shrinks and antialiases, as
 * two new ones. Beyond the edge there is nothing, so weights are divided by their sum.
 */
export const bilinear = (from: number, to: number, antialias: boolean): Resampling => {
  const step = from / to
  const reach = antialias ? Math.max(1, step) : 1
  return resampling(from, to, (row) => {
    const centre = Math.min(from - 0.5, Math.max(0.5, (row + 0.5) * step))
    const exact = antialias && step > 1 ? (row + 0.5) * step : centre
    const [first, last] = [Math.max(0, Math.ceil(exact - reach - 0.5)), Math.min(from - 1, Math.floor(exact + reach - 0.5))]
    return { first, weights: Array.from({ length: last - first + 1 }, (_, i) => Math.max(0, 1 - Math.abs(first + i + 0.5 - exact) / reach)) }
  })
}

/** Bilinear interpolation that keeps the outermost positions where they are. */
export const bilinearOfCorners = (from: number, to: number): Resampling =>
  resampling(from, to, (row) => {
    const exact = to === 1 ? 0 : (row * (from - 1)) / (to - 1)
    const first = Math.min(Math.floor(exact), Math.max(0, from - 2))
    return { first, weights: from === 1 ? [1] : [1 - (exact - first), exact - first] }
  })

/** The cubic of Keys (a = -1/2). */
const cubic = (distance: number): number => {
  const x = Math.abs(distance)
  if (x <= 1) return (1.5 * x - 2.5) * x ** 2 + 1
  return x <= 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

/** Bicubic interpolation as MATLAB's `imresize`: widened where it shrinks, the picture mirrored at its edges. */
export const bicubic = (from: number, to: number, scale: number): Resampling => {
  const narrowing = Math.min(1, scale)
  const reach = 2 / narrowing
  return resampling(from, to, (row) => {
    const centre = (row + 0.5) / scale - 0.5
    const first = Math.ceil(centre - reach)
    return { first, weights: Array.from({ length: Math.floor(centre + reach) - first + 1 }, (_, i) => cubic((first + i - centre) * narrowing)) }
  })
}

/** Whether each new position is an old one as it is. */
const isIdentity = ({ from, to, weights }: Resampling): boolean => from === to && weights.every((weight, i) => weight === (i % (from + 1) === 0 ? 1 : 0))

/** [batch, height, width, channels] resampled along height and width. Its gradient is the same with both matrices transposed. */
export const resampled = (x: Tensor4D, down: Resampling, across: Resampling): Tensor4D => {
  if (isIdentity(down) && isIdentity(across)) return tf.clone<Tensor4D>(x)
  const matrix = ({ weights, to, from }: Resampling): Tensor2D => tf.tensor2d(weights, [to, from])
  return differentiable<Tensor4D>(x, (input) => ({
    value: products(input as Tensor4D, tf.transpose(matrix(down)), tf.transpose(matrix(across))),
    gradient: (dy: Tensor) => products(dy as Tensor4D, matrix(down), matrix(across)),
  }))
}

/**
 * One matrix [old, new] along height, one along width.
 *
 * The matrices are the right factors: the WASM backend keeps what it prepared of a right factor by its data, whatever its shape, and would take a feature that a Gram
 * has multiplied for that Gram's.
 */
const products = (x: Tensor4D, high: Tensor2D, wide: Tensor2D): Tensor4D => {
  const byHeight = times(tf.transpose(x, [0, 2, 3, 1]), high)
  return tf.transpose(times(tf.transpose(byHeight, [0, 3, 2, 1]), wide), [0, 1, 3, 2])
}

/** The last axis times a matrix: a product of plain matrices is the one that every backend does fast. */
const times = (x: Tensor4D, matrix: Tensor2D): Tensor4D => {
  const [a, b, c, last] = x.shape
  return tf.reshape(tf.matMul(tf.reshape(x, [a * b * c, last]), matrix), [a, b, c, matrix.shape[1]])
}
