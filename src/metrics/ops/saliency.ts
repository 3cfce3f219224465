import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { bilinear, bilinearOfCorners, resampled } from '../../core/tensors/resample.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { centred } from './centred.js'
import { stretched } from './extremes.js'
import { evenFilter, throughFilter, type EvenFilter } from './evenFilter.js'
import { logGabor } from './frequencies.js'
import { labOf, overWhite } from './lab.js'

/** The side that the authors' constants are made for. */
const AUTHORS_SIDE = 256

/** The filter's centre in cycles per position at that side, and its width over the logarithm of frequencies. */
const [CENTRE, WIDTH] = [0.021, 1.34]

/** How far from the middle a position counts at that side, and how far a colour from the coldest. */
const [FROM_MIDDLE, FROM_COLD] = [145, 0.001]

/** Ranges below these are those of rounding: of Lab's a and b (of which one of 255 levels of grey is 7e-3), and of the map. */
const [NO_COLOUR, NO_SALIENCY] = [1e-3, 1e-3]

/** piq's CIELAB: of D50, with the digits of its matrix. */
const D50 = overWhite(
  [
    [0.4124564, 0.2126729, 0.0193339],
    [0.3575761, 0.7151522, 0.119192],
    [0.1804375, 0.072175, 0.9503041],
  ],
  [0.9642119944211994, 1, 0.8251882845188288],
)

/** The middle counts most: [1, side, side, 1]. */
const centrePrior = (side: number): Tensor4D => {
  const unit = side / AUTHORS_SIDE
  const falls = tf.tensor1d(Array.from({ length: side }, (_, i) => Math.exp(-((i - side / 2 + unit) ** 2) / (FROM_MIDDLE * unit) ** 2)))
  return tf.reshape(tf.outerProduct(falls, falls), [1, side, side, 1])
}

/** The log-Gabor filters by their side, each made by the first picture. */
const filters = new Map<number, EvenFilter>()

const filterOf = (side: number): EvenFilter => {
  const known = filters.get(side)
  if (known !== undefined) return known
  const centre = (CENTRE * AUTHORS_SIDE) / side
  const made = evenFilter(side, (down, across) => {
    const radius = Math.hypot(down, across)
    return radius > 0.5 ? 0 : logGabor(radius, centre, WIDTH)
  })
  filters.set(side, made)
  return made
}

/** The length of Lab's three channels through the filter: [batch, side, side, 1]. */
const responses = (lab: Tensor4D): Tensor => safeSqrt(tf.sum(tf.square(throughFilter(centred(lab), filterOf(lab.shape[1]))), 3, true))

/**
 * Where a picture, RGB in [0, 1], draws the eye: [batch, height, width, 1] in [0, 1]; 0 where it has one colour.
 *
 * At side x side: what a band-pass filter finds in CIELAB, near the middle, in warm colours. Source: Zhang, Gu and Li, "SDSP: A Novel Saliency Detection Method by Combining Simple
 * Priors", 2013.
 */
export const saliency = (rgb: Tensor4D, side: number): Tensor4D => {
  const [, height, width] = rgb.shape
  const { L, a, b } = labOf(resampled(rgb, bilinear(height, side, false), bilinear(width, side, false)), D50)
  const opponents = tf.concat([a, b], 3) as Tensor4D
  const warm = tf.sum(tf.square(stretched(opponents, NO_COLOUR)), 3, true)
  const colour = tf.sub(1, tf.exp(tf.div(warm, -(FROM_COLD ** 2))))
  const map = tf.mul<Tensor4D>(tf.mul(responses(tf.concat([L, opponents], 3) as Tensor4D), centrePrior(side)), colour)
  return stretched(resampled(map, bilinearOfCorners(side, height), bilinearOfCorners(side, width)), NO_SALIENCY)
}

/** Operations for one picture: Lab's channels are multiplied by four matrices. */
export const saliencyFlops = (height: number, width: number, side: number): number => {
  const transforms = 3 * 8 * side ** 3
  const resizing = 2 * 3 * width * side * (height + side) + 2 * height * side * (width + side)
  return transforms + resizing + 80 * side ** 2
}
