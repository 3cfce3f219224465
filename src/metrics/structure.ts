/**
 * How far two pictures are from having the same structure, window by window: what SSIM and MS-SSIM are made of, with its gradient.
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
import { differentiable } from '../core/differentiable.js'
import { blur, spread, type Window } from '../core/separable.js'

/** The window and the two constants; without C1 luminance is left out. */
export interface Structure {
  readonly window: Window
  readonly c1: number | undefined
  readonly c2: number
}

/** The two pictures as one tensor, the reference's samples first: so one op has a gradient in both. */
export const paired = (reference: Tensor, prediction: Tensor): Tensor4D => tf.concat([reference, prediction]) as Tensor4D

/** The mean over windows of 1 - l c (1 - c without luminance), each sample and channel by itself: a pair [2 batch, height, width, channels] to [batch, channels]. */
export const structuralDistance = (pair: Tensor4D, structure: Structure): Tensor2D =>
  differentiable<Tensor2D>(pair, (input, save) => {
    const { distance, saved } = forward(input as Tensor4D, structure)
    save([input, ...saved])
    return { value: meanOverWindows(distance), gradient: (dy, tensors) => backward(dy, tensors as Saved, structure) }
  })

/** The same mean, and 1 less it as the mean of l c, one before the other: [2, batch, channels]. Each has all its digits where it is small. */
export const structuralDistances = (pair: Tensor4D, structure: Structure): Tensor3D =>
  differentiable<Tensor3D>(pair, (input, save) => {
    const { distance, saved } = forward(input as Tensor4D, structure)
    save([input, ...saved])
    return {
      value: tf.stack([meanOverWindows(distance), meanOverWindows(tf.sub(1, distance))]) as Tensor3D,
      gradient: (dy, tensors) => {
        const [away, alike] = tf.unstack(dy) as [Tensor2D, Tensor2D]
        return backward(tf.sub(away, alike), tensors as Saved, structure)
      },
    }
  })

const halves = (pair: Tensor4D) => tf.split(pair, 2) as [Tensor4D, Tensor4D]
const quarters = (maps: Tensor4D) => tf.split(maps, 4) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]

/** What is blurred: the pictures' sum and difference, the sum of their squares and the square of their difference, one after the other along the batch. */
const maps = (pair: Tensor4D): Tensor4D => {
  const [x, y] = halves(pair)
  return tf.concat([tf.add<Tensor4D>(x, y), tf.sub<Tensor4D>(x, y), tf.add<Tensor4D>(tf.square(x), tf.square(y)), tf.squaredDifference<Tensor4D>(x, y)])
}

/** The pair; the means of sum and difference; what contrast is divided by; contrast. */
type Saved = readonly [pair: Tensor4D, sums: Tensor4D, apart: Tensor4D, divisor: Tensor4D, contrast: Tensor4D]

const forward = (pair: Tensor4D, { window, c1, c2 }: Structure) => {
  const [sums, apart, squares, differences] = quarters(blur(maps(pair), window))
  const squared = tf.square(apart)
  const brightness = tf.mul(tf.add(tf.square(sums), squared), 0.5)
  const divisor = tf.add(tf.relu(tf.sub(squares, brightness)), c2)
  const contrast = tf.minimum(tf.div(tf.relu(tf.sub(differences, squared)), divisor), 2)
  const saved = [sums, apart, divisor, contrast]
  if (c1 === undefined) return { distance: contrast, saved }
  const luminance = tf.div(squared, tf.add(brightness, c1))
  return { distance: tf.sub(tf.add(luminance, contrast), tf.mul(luminance, contrast)), saved }
}

/**
 * How the value changes with each of the four blurred maps.
 *
 * With L = 1 - l and C = 1 - c, the slope of L + C - L C in C is 1 - L, in L it is 1 - C. A variance is a blurred square less a squared mean, so the slope in a mean goes
 * through both.
 */
const slopes = (dy: Tensor, [, sums, apart, divisor, contrast]: Saved, c1: number | undefined): readonly Tensor[] => {
  const [batch, height, width, channels] = sums.shape
  const each = tf.reshape(tf.div(dy, height * width), [batch, 1, 1, channels])
  if (c1 === undefined) {
    const inDifferences = tf.div(each, divisor)
    const inSquares = tf.neg(tf.mul(inDifferences, contrast))
    return [tf.neg(tf.mul(inSquares, sums)), tf.neg(tf.mul(apart, tf.add(tf.mul(inDifferences, 2), inSquares))), inSquares, inDifferences]
  }
  const squared = tf.square(apart)
  const below = tf.add(tf.mul(tf.add(tf.square(sums), squared), 0.5), c1)
  const luminance = tf.div(squared, below)
  const inDifferences = tf.div(tf.mul(each, tf.sub(1, luminance)), divisor)
  const inSquares = tf.neg(tf.mul(inDifferences, contrast))
  const inLuminance = tf.div(tf.mul(each, tf.sub(1, contrast)), below)
  const inBrightness = tf.add(inSquares, tf.mul(inLuminance, luminance))
  const inApart = tf.mul(apart, tf.sub(tf.mul(tf.sub(inLuminance, inDifferences), 2), inBrightness))
  return [tf.neg(tf.mul(inBrightness, sums)), inApart, inSquares, inDifferences]
}

const backward = (dy: Tensor, saved: Saved, { window, c1 }: Structure): Tensor4D => {
  const [inSums, inApart, inSquares, inDifferences] = quarters(spread(tf.concat([...slopes(dy, saved, c1)]) as Tensor4D, window))
  const [x, y] = halves(saved[0])
  const across = tf.add(inApart, tf.mul(inDifferences, tf.mul(tf.sub(x, y), 2)))
  const twice = tf.mul(inSquares, 2)
  return tf.concat([tf.add<Tensor4D>(tf.add(inSums, tf.mul(twice, x)), across), tf.sub<Tensor4D>(tf.add(inSums, tf.mul(twice, y)), across)])
}

/** [batch, height, width, channels] to [batch, channels], one axis after the other: long sums of floats lose digits. */
const meanOverWindows = (map: Tensor): Tensor2D => {
  const [batch = 0, height = 1, width = 1, channels = 1] = map.shape
  const rows = tf.sum(tf.reshape(map, [batch, height, width * channels]), 1)
  return tf.div(tf.sum(tf.reshape(rows, [batch, width, channels]), 1), height * width)
}
