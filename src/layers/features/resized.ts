import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { differentiable } from '../../core/tensors/differentiable.js'
import { positionsProblem } from './gaussianBlur.js'
import type { Shape } from '../../core/errors/shape.js'
import { factor, sideOrNull } from '../../core/arguments/codecs.js'

/** Options of `resized`. */
export interface ResizedOptions {
  /** The factor of height and width, up to 16; default 1. The new side is rounded, and at least 1. */
  readonly scale: number
  /** The new height, in place of the scale; default null. */
  readonly height: number | null
  /** The new width, in place of the scale; default null. */
  readonly width: number | null
  /** Whether downscaling averages all positions (PIL, `tf.image.resize(antialias=True)`; default true) or interpolates two neighbours. */
  readonly antialias: boolean
}

/** The most numbers of an intermediate result: 2 GiB of float32. */
const MOST_BETWEEN = 2 ** 29

/** Why an intermediate result (two matrices, and the feature at its new height) is too large; undefined if it is not. */
const between = (input: Shape, newHigh: number, newWide: number): string | undefined => {
  const [batch = 0, high = 0, wide = 0, channels = 0] = input
  const largest = Math.max(newHigh * high, newWide * wide, newHigh > high ? batch * newHigh * wide * channels : 0)
  const words = `resizing it to ${String(newHigh)} x ${String(newWide)} needs ${largest.toLocaleString('en')} numbers at a time`
  return largest <= MOST_BETWEEN ? undefined : `${words}, expected at most ${MOST_BETWEEN.toLocaleString('en')}. Use a smaller scale, height or width`
}

/** The new side of an old one. */
const newSide = (side: number, scale: number, fixed: number | null): number => fixed ?? Math.max(1, Math.round(side * scale))

/**
 * Which old positions a new one is made of, as a matrix of new by old: a triangle around its centre, as wide as two old positions, or, where it shrinks and antialiases,
 * as two new ones. Centres are at half positions; beyond the edge there is nothing, so weights are divided by their sum.
 */
const weights = (from: number, to: number, antialias: boolean): Float32Array => {
  const step = from / to
  const reach = antialias ? Math.max(1, step) : 1
  const matrix = new Float32Array(to * from)
  for (let row = 0; row < to; row++) {
    const centre = Math.min(from - 0.5, Math.max(0.5, (row + 0.5) * step))
    const exact = antialias && step > 1 ? (row + 0.5) * step : centre
    const [first, last] = [Math.max(0, Math.ceil(exact - reach - 0.5)), Math.min(from - 1, Math.floor(exact + reach - 0.5))]
    const triangle = Array.from({ length: last - first + 1 }, (_, i) => Math.max(0, 1 - Math.abs(first + i + 0.5 - exact) / reach))
    const total = triangle.reduce((sum, weight) => sum + weight, 0)
    triangle.forEach((weight, i) => (matrix[row * from + first + i] = weight / total))
  }
  return matrix
}

/**
 * One matrix [old, new] along height, one along width. The gradient is the same with both transposed.
 *
 * The matrices are the right factors: the WASM backend keeps what it prepared of a right factor by its data, whatever its shape, and would take a feature that a Gram
 * has multiplied for that Gram's.
 */
const resample = (x: Tensor4D, high: Tensor2D, wide: Tensor2D): Tensor4D => {
  const byHeight = times(tf.transpose(x, [0, 2, 3, 1]), high)
  return tf.transpose(times(tf.transpose(byHeight, [0, 3, 2, 1]), wide), [0, 1, 3, 2])
}

/** The last axis times a matrix: a product of plain matrices is the one that every backend does fast. */
const times = (x: Tensor4D, matrix: Tensor2D): Tensor4D => {
  const [a, b, c, last] = x.shape
  return tf.reshape(tf.matMul(tf.reshape(x, [a * b * c, last]), matrix), [a, b, c, matrix.shape[1]])
}

/**
 * Resizes a feature, bilinear with half-pixel centres: [batch, height, width, channels] to [batch, new height, new width, channels].
 *
 * Downscaling averages all positions, as image programs do; `antialias: false` matches `tf.image.resizeBilinear(x, size, false, true)` and
 * PyTorch's `interpolate(mode='bilinear')`. A constant feature stays constant.
 *
 * Source: `tf.image.resize` (bilinear) with `antialias` on and off.
 *
 * @example mse(resized(pixels, { scale: 0.25 }))
 * @example mse(resized(pixels, { height: 64, width: 64 }))
 */
export const resized: Transform<ResizedOptions> = defineTransform({
  id: 'resized',
  options: t.strict({ scale: factor, height: sideOrNull, width: sideOrNull, antialias: t.boolean }),
  defaults: { scale: 1, height: null, width: null, antialias: true },
  smooth: () => true,
  bound: () => (input) => input,
  shape:
    ({ scale, height, width }) =>
    (input) => {
      const [batch = 0, high = 0, wide = 0, channels = 0] = input
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      return positionsProblem(input) ?? between(input, newHigh, newWide) ?? [batch, newHigh, newWide, channels]
    },
  // A matrix product along height, and one along width.
  flops:
    ({ scale, height, width }) =>
    (input) => {
      const [batch = 1, high = 1, wide = 1, channels = 1] = input
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      return 2 * batch * channels * newHigh * wide * (high + newWide)
    },
  tiling: () => ({ refused: 'resamples the whole picture' }),
  apply:
    ({ scale, height, width, antialias }) =>
    (feature) => {
      const [, high = 1, wide = 1] = feature.shape
      const [newHigh, newWide] = [newSide(high, scale, height), newSide(wide, scale, width)]
      const [down, across] = [weights(high, newHigh, antialias), weights(wide, newWide, antialias)]
      return differentiable<Tensor4D>(feature, (x) => ({
        value: resample(x as Tensor4D, tf.transpose(tf.tensor2d(down, [newHigh, high])), tf.transpose(tf.tensor2d(across, [newWide, wide]))),
        gradient: (dy: Tensor) => resample(dy as Tensor4D, tf.tensor2d(down, [newHigh, high]), tf.tensor2d(across, [newWide, wide])),
      }))
    },
})
