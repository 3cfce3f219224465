/**
 * The structural distance of two pictures, window by window, with its gradient: the core of SSIM and MS-SSIM.
 *
 * With the means m, variances v and covariance of a window, SSIM is luminance times contrast-structure, l c; here are their distances from 1:
 *
 * - 1 - l = (mx - my)² / (mx² + my² + C1)
 * - 1 - c = v(x - y) / (v(x) + v(y) + C2)
 *
 * Written so, identical pictures are at a distance of exactly 0 and near ones lose no digits. Both are in [0, 2], whatever rounding does: variances are kept at 0 or
 * above.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { blur, spread, type Window } from '../../core/tensors/gaussianWindow.js'
import { channelMean } from '../../core/tensors/perSample.js'
import { symmetric, type OneSided } from './symmetric.js'

/** The window and the two constants; without C1 luminance is left out. */
export interface Structure {
  readonly window: Window
  readonly c1: number | undefined
  readonly c2: number
  /** Whether contrast-structure may be below 0; otherwise it counts as 0 there, with a gradient of 0. */
  readonly negative: boolean
}

/** The mean over windows of 1 - l c (1 - c without luminance), for each sample and channel: [batch, height, width, channels] to [batch, channels]. */
export const structuralDistance = (x: Tensor4D, y: Tensor4D, structure: Structure): Tensor2D =>
  symmetric<Tensor2D>(
    x,
    y,
    oneSided(structure, channelMean, (dy) => dy),
  )

/** 1 - l c of each window and channel: [batch, height, width, channels]. */
export const structuralMap = (x: Tensor4D, y: Tensor4D, structure: Structure): Tensor4D => forward(x, y, structure).distance as Tensor4D

/** The same mean, and 1 less it as the mean of l c, one before the other: [2, batch, channels]. Each has all its digits where it is small. */
export const structuralDistances = (x: Tensor4D, y: Tensor4D, structure: Structure): Tensor3D => {
  const both = (distance: Tensor): Tensor3D => {
    const [batch = 0] = distance.shape
    return tf.reshape(channelMean(tf.concat([distance, tf.sub(1, distance)])), [2, batch, -1])
  }
  const difference = (dy: Tensor): Tensor => {
    const [away, alike] = tf.unstack(dy) as [Tensor, Tensor]
    return tf.sub(away, alike)
  }
  return symmetric<Tensor3D>(x, y, oneSided(structure, both, difference))
}

/** The value by `reduce` of the distances, and the gradient in y, where `inMean` gives the slope in the mean distance. */
const oneSided =
  <T extends Tensor>(structure: Structure, reduce: (distance: Tensor) => T, inMean: (dy: Tensor) => Tensor): OneSided<T> =>
  (x, y) => {
    const { distance, saved } = forward(x as Tensor4D, y as Tensor4D, structure)
    return { value: reduce(distance), saved, gradient: (dy, tensors) => backward(inMean(dy), tensors as Saved, structure) }
  }

/** Maps that stand one after the other along the batch. */
export const parts = (maps: Tensor4D, count: number) => tf.split<Tensor4D>(maps, count) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]

/** What is blurred: the pictures' sum and difference, the sum of their squares and the square of their difference, one after the other along the batch. */
export const maps = (x: Tensor4D, y: Tensor4D): Tensor4D => {
  const apart = tf.sub<Tensor4D>(x, y)
  return tf.concat([tf.add<Tensor4D>(x, y), apart, tf.add<Tensor4D>(tf.square(x), tf.square(y)), tf.square(apart)])
}

/** What the divisor grows by where contrast is kept at 0: its slope vanishes there. */
const NO_SLOPE = 1e30

/** Both pictures; the means of their sum and difference; what contrast is divided by; contrast. */
type Saved = readonly [x: Tensor4D, y: Tensor4D, sums: Tensor4D, apart: Tensor4D, divisor: Tensor4D, contrast: Tensor4D]

const forward = (x: Tensor4D, y: Tensor4D, { window, c1, c2, negative }: Structure): { readonly distance: Tensor; readonly saved: readonly Tensor[] } => {
  const [sums, apart, squares, differences] = parts(blur(maps(x, y), window), 4)
  const squared = tf.square(apart)
  const brightness = tf.mul(tf.add(tf.square(sums), squared), 0.5)
  const divisor = tf.add(tf.relu(tf.sub(squares, brightness)), c2)
  const contrast = tf.clipByValue(tf.div(tf.sub(differences, squared), divisor), 0, negative ? 2 : 1)
  const slopeDivisor = negative
    ? divisor
    : tf.add<Tensor4D>(
        divisor,
        tf.mul(
          stopGradient(() => tf.cast(tf.equal(contrast, 1), 'float32')),
          NO_SLOPE,
        ),
      )
  const saved = [x, y, sums, apart, slopeDivisor, contrast]
  if (c1 === undefined) return { distance: contrast, saved }
  const luminance = tf.div(squared, tf.add(brightness, c1))
  return { distance: tf.sub(tf.add(luminance, contrast), tf.mul(luminance, contrast)), saved }
}

/**
 * How the value changes with y's blurred mean, and with the blurred squares and squared differences.
 *
 * With L = 1 - l and C = 1 - c, the slope of L + C - L C in C is 1 - L, in L it is 1 - C. A variance is a blurred square less a squared mean, so the slope in a mean goes
 * through both; y's mean is in the sum's and, with the other sign, in the difference's.
 */
const slopes = (dy: Tensor, [, , sums, apart, divisor, contrast]: Saved, c1: number | undefined): readonly Tensor4D[] => {
  const [batch, height, width, channels] = sums.shape
  const each = tf.reshape(tf.div(dy, height * width), [batch, 1, 1, channels])
  if (c1 === undefined) {
    const inDifferences = tf.div<Tensor4D>(each, divisor)
    const inSquares = tf.neg(tf.mul<Tensor4D>(inDifferences, contrast))
    const twice = tf.mul(inDifferences, 2)
    return [tf.sub<Tensor4D>(tf.mul(apart, tf.add(twice, inSquares)), tf.mul(inSquares, sums)), inSquares, inDifferences]
  }
  const squared = tf.square(apart)
  const below = tf.add(tf.mul(tf.add(tf.square(sums), squared), 0.5), c1)
  const luminance = tf.div(squared, below)
  const inDifferences = tf.div<Tensor4D>(tf.mul(each, tf.sub(1, luminance)), divisor)
  const inSquares = tf.neg(tf.mul<Tensor4D>(inDifferences, contrast))
  const inLuminance = tf.div(tf.mul(each, tf.sub(1, contrast)), below)
  const inBrightness = tf.add(inSquares, tf.mul(inLuminance, luminance))
  const across = tf.mul(tf.sub(inLuminance, inDifferences), 2)
  return [tf.neg(tf.add<Tensor4D>(tf.mul(inBrightness, tf.sub(sums, apart)), tf.mul(across, apart))), inSquares, inDifferences]
}

const backward = (dy: Tensor, saved: Saved, { window, c1 }: Structure): Tensor => {
  const [inMean, inSquares, inDifferences] = parts(spread(tf.concat([...slopes(dy, saved, c1)]), window), 3)
  const [x, y] = saved
  return tf.add(inMean, tf.mul(tf.add(tf.mul(inSquares, y), tf.mul(inDifferences, tf.sub(y, x))), 2))
}
