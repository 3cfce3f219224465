/** CIELAB of sRGB, with gradients that are finite for every picture. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { mixedChannels } from '../../core/tensors/mixedChannels.js'
import { above, lightOf, positivePower } from './srgb.js'

/** X, Y and Z of linear red, green and blue (IEC 61966-2-1), each over its value of a white: one row per colour. */
export type XyzMatrix = readonly (readonly [x: number, y: number, z: number])[]

/** A matrix over the values of a white. */
export const overWhite = (matrix: XyzMatrix, [x, y, z]: readonly [x: number, y: number, z: number]): XyzMatrix =>
  matrix.map((row) => [row[0] / x, row[1] / y, row[2] / z])

/** Of the white D65 of the 2 degree observer, with scikit-image's digits. */
const D65 = overWhite(
  [
    [0.412453, 0.212671, 0.019334],
    [0.35758, 0.71516, 0.119193],
    [0.180423, 0.072169, 0.950227],
  ],
  [0.95047, 1, 1.08883],
)

/** The response of the eye to light: a cube root, and a line near black. */
export const response = (x: Tensor): Tensor =>
  above(
    x,
    0.008856,
    (v) => positivePower(v, 1 / 3),
    (v) => tf.add(tf.mul(v, 7.787), 16 / 116),
  )

/** Lightness and the two opponent colours, [batch, height, width, 1] each. */
export interface Lab {
  readonly L: Tensor
  readonly a: Tensor
  readonly b: Tensor
}

/** CIELAB (CIE 1976) of sRGB in [0, 1], by default of D65 with scikit-image's constants: L from 0 to 100. */
export const labOf = (rgb: Tensor, matrix: XyzMatrix = D65): Lab => {
  const xyz = mixedChannels(lightOf(rgb), matrix)
  const [x, y, z] = tf.split(response(xyz), 3, 3) as [Tensor, Tensor, Tensor]
  return { L: tf.sub(tf.mul(y, 116), 16), a: tf.mul(tf.sub(x, y), 500), b: tf.mul(tf.sub(y, z), 200) }
}
