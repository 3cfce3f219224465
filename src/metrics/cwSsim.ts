import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { oneOf } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import type { Shape } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { blur, type Window } from '../core/tensors/gaussianWindow.js'
import { lumaOf, lumaProblem, roundTo8Bits } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { bandsFlops, coarseBands, levelSides } from './ops/steerablePyramid.js'

/** Options of `cwSsim`. */
export interface CwSsimOptions {
  /** 'roundedLuma' (default): greyscale in steps of 1/255 (pyiqa); 'luma': not rounded, for second derivatives. */
  readonly channels: 'luma' | 'roundedLuma'
}

/** The windows that coefficients are compared in: the means of 7 x 7. */
const SIDE = 7
const WINDOW: Window = Array.from({ length: SIDE }, () => 1 / SIDE)

/** Keeps the quotient finite where both pictures are flat: the energy of waves of 3e-5, a hundredth of a step of 8 bits. */
const EPSILON = 1e-9

/** Below this a correlation is far below EPSILON, and its square is near what float32 can hold. */
const LEAST = 1e-12

/** The shortest side that has four levels. */
const SHORTEST = 64

/** A Gaussian over the windows, a quarter of the level's height wide, whose numbers sum to 1: [1, rows, columns, 1]. */
const weights = ([high, wide]: readonly [number, number]): Tensor => {
  const bell = (count: number): Tensor => tf.exp(tf.mul(tf.square(tf.sub(tf.range(0, count), (count - 1) / 2)), -8 / high ** 2))
  const [down, across] = [bell(high - SIDE + 1), bell(wide - SIDE + 1)]
  return tf.mul(tf.reshape(tf.div(down, tf.sum(down)), [1, -1, 1, 1]), tf.reshape(tf.div(across, tf.sum(across)), [1, 1, -1, 1]))
}

/** Less its first position, which counts as a constant: the level has no mean, and a flat picture is then exactly 0. */
const fromFirst = (x: Tensor4D): Tensor4D =>
  tf.sub<Tensor4D>(
    x,
    stopGradient(() => tf.slice(x, [0, 0, 0, 0], [-1, 1, 1, -1])),
  )

/** |c| - Re c, which keeps its digits where c is nearly real and positive. */
const lag = (real: Tensor4D, imaginary: Tensor4D): Tensor4D => {
  const length = safeSqrt(tf.add<Tensor4D>(tf.square(real), tf.square(imaginary)))
  const isAhead = stopGradient(() => tf.cast(tf.greater(real, LEAST), 'float32'))
  const isBehind = stopGradient(() => tf.sub(1, isAhead))
  const ahead = tf.div(tf.square(imaginary), tf.add(tf.add(length, tf.relu(real)), isBehind))
  return tf.add<Tensor4D>(tf.mul(ahead, isAhead), tf.mul(tf.sub(length, real), isBehind))
}

/** 1 - CW-SSIM of each window and orientation: [batch, rows, columns, orientations]. */
const distances = (x: Tensor4D, y: Tensor4D): Tensor4D => {
  const [[a, b], [c, d]] = [coarseBands(x), coarseBands(y)]
  const real = tf.add<Tensor4D>(tf.mul(a, c), tf.mul(b, d))
  const imaginary = tf.sub<Tensor4D>(tf.mul(b, c), tf.mul(a, d))
  const apart = tf.add<Tensor4D>(tf.squaredDifference(a, c), tf.squaredDifference(b, d))
  const energy = tf.add<Tensor4D>(tf.add(tf.square(a), tf.square(b)), tf.add(tf.square(c), tf.square(d)))
  const means = tf.split<Tensor4D>(blur(tf.concat([real, imaginary, apart, energy], 3), WINDOW), 4, 3) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]
  // The energy less twice the length of the correlation, from differences, so that equal pictures are at 0.
  const missing = tf.relu(tf.sub<Tensor4D>(means[2], tf.mul(lag(means[0], means[1]), 2)))
  return tf.div(missing, tf.add(means[3], EPSILON))
}

/**
 * 1 - CW-SSIM, the complex wavelet structural similarity: differences of the local phases of waves of 16 to 64 pixels, which hardly change
 * with a small shift.
 *
 * With the coefficients c of a complex steerable pyramid's fourth level in windows of 7 x 7, the mean over windows (weighted towards the centre) and eight orientations of
 * 1 - 2 |Σ cx cy*| / Σ (|cx|² + |cy|²).
 *
 * Value: [0, 1], zero on identity, symmetric. RGB [batch, height, width, 3] with sides of at least 64, in [0, 1]. Gradients are finite everywhere, and 0 where a
 * picture is flat. Two flat pictures are at 0 (in pyiqa, two black ones at -1e6).
 *
 * Source: Sampat, Wang, Gupta, Bovik and Markey, "Complex Wavelet Structural Similarity: A New Image Similarity Index", 2009; `pyiqa`'s `cw_ssim`.
 *
 * @example cwSsim(pixels)
 */
export const cwSsim: Metric<CwSsimOptions> = defineMetric({
  id: 'cwSsim',
  options: t.strict({ channels: oneOf('roundedLuma', 'luma') }),
  defaults: { channels: 'roundedLuma' },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // Both pictures in grey and transformed, some sixty operations a coefficient and two windows of four maps.
  flops: () => (feature) => {
    const [batch = 1, height = 0, width = 0] = feature
    const [high, wide] = levelSides(feature)
    return batch * (2 * (7 * height * width + bandsFlops(feature)) + 8 * high * wide * (60 + 4 * 4 * SIDE))
  },
  tiling: () => ({ refused: 'transforms the whole picture to frequencies' }),
  apply:
    ({ channels }) =>
    (reference, prediction) => {
      const grey = (rgb: Tensor): Tensor4D => fromFirst(channels === 'luma' ? lumaOf(rgb) : roundTo8Bits(lumaOf(rgb)))
      const of = distances(grey(reference), grey(prediction))
      return tf.mean<Tensor1D>(tf.sum(tf.mul(of, weights(levelSides(prediction.shape))), [1, 2]), 1)
    },
})

const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < SHORTEST ? `both sides must be at least ${String(SHORTEST)} for its four levels` : undefined
