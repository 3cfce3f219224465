import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { bilinear, bilinearOfCorners, resampled } from '../../core/tensors/resample.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { centred } from './centred.js'
import { stretched } from './extremes.js'
import { evenFilter, throughFilter, type EvenFilter } from './evenFilter.js'
import { logGabor } from './frequencies.js'
import { labOf, overWhite } from './lab.js'

/** The side of the picture whose saliency is computed. */
const SIDE = 256

/** The filter's centre in cycles per position, and its width over the logarithm of frequencies. */
const [CENTRE, WIDTH] = [0.021, 1.34]

/** How far from the middle a position counts, and how far a colour from the coldest. */
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

/** The middle counts most: [1, 256, 256, 1]. */
const centrePrior = (): Tensor4D => {
  const falls = tf.tensor1d(Array.from({ length: SIDE }, (_, i) => Math.exp(-((i - SIDE / 2 + 1) ** 2) / FROM_MIDDLE ** 2)))
  return tf.reshape(tf.outerProduct(falls, falls), [1, SIDE, SIDE, 1])
}

/** Made by the first picture. */
let bandPass: EvenFilter | undefined

/** The length of Lab's three channels through the log-Gabor filter: [batch, 256, 256, 1]. */
const responses = (lab: Tensor4D): Tensor => {
  bandPass ??= evenFilter(SIDE, (down, across) => {
    const radius = Math.hypot(down, across)
    return radius > 0.5 ? 0 : logGabor(radius, CENTRE, WIDTH)
  })
  return safeSqrt(tf.sum(tf.square(throughFilter(centred(lab), bandPass)), 3, true))
}

/**
 * Where a picture, RGB in [0, 1], draws the eye: [batch, height, width, 1] in [0, 1]; 0 where it has one colour.
 *
 * At 256 x 256: what a band-pass filter finds in CIELAB, near the middle, in warm colours. Source: Zhang, Gu and Li, "SDSP: A Novel Saliency Detection Method by Combining Simple
 * Priors", 2013.
 */
export const saliency = (rgb: Tensor4D): Tensor4D => {
  const [, height, width] = rgb.shape
  const { L, a, b } = labOf(resampled(rgb, bilinear(height, SIDE, false), bilinear(width, SIDE, false)), D50)
  const opponents = tf.concat([a, b], 3) as Tensor4D
  const warm = tf.sum(tf.square(stretched(opponents, NO_COLOUR)), 3, true)
  const colour = tf.sub(1, tf.exp(tf.div(warm, -(FROM_COLD ** 2))))
  const map = tf.mul<Tensor4D>(tf.mul(responses(tf.concat([L, opponents], 3) as Tensor4D), centrePrior()), colour)
  return stretched(resampled(map, bilinearOfCorners(SIDE, height), bilinearOfCorners(SIDE, width)), NO_SALIENCY)
}

/** Operations for one picture: Lab's channels are multiplied by four matrices. */
export const saliencyFlops = (height: number, width: number): number => {
  const transforms = 3 * 8 * SIDE ** 3
  const resizing = 2 * 3 * width * SIDE * (height + SIDE) + 2 * height * SIDE * (width + SIDE)
  return transforms + resizing + 80 * SIDE ** 2
}
