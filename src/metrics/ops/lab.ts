/** CIELAB of sRGB, with gradients that are finite for every picture. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'

/** X, Y and Z of linear red, green and blue (IEC 61966-2-1), each over its value of the white D65 of the 2 degree observer. */
const XYZ = [
  [0.412453 / 0.95047, 0.212671, 0.019334 / 1.08883],
  [0.35758 / 0.95047, 0.71516, 0.119193 / 1.08883],
  [0.180423 / 0.95047, 0.072169, 0.950227 / 1.08883],
]

/** One function above a limit, a line elsewhere; neither side sees values that are the other's. */
const above = (x: Tensor, limit: number, curve: (x: Tensor) => Tensor, line: (x: Tensor) => Tensor): Tensor => {
  const isAbove = stopGradient(() => tf.cast(tf.greater(x, limit), 'float32'))
  return tf.add(tf.mul(curve(tf.maximum(x, limit)), isAbove), tf.mul(line(x), tf.sub(1, isAbove)))
}

/** The light of an sRGB value. */
const linear = (x: Tensor): Tensor =>
  above(
    x,
    0.04045,
    (v) => tf.pow(tf.div(tf.add(v, 0.055), 1.055), 2.4),
    (v) => tf.div(v, 12.92),
  )

/** The response of the eye to light: a cube root, and a line near black. */
const response = (x: Tensor): Tensor =>
  above(
    x,
    0.008856,
    (v) => tf.pow(v, 1 / 3),
    (v) => tf.add(tf.mul(v, 7.787), 16 / 116),
  )

/** Lightness and the two opponent colours, [batch, height, width, 1] each. */
export interface Lab {
  readonly L: Tensor
  readonly a: Tensor
  readonly b: Tensor
}

/** CIELAB (CIE 1976, D65) of sRGB in [0, 1], with scikit-image's constants: L from 0 to 100. */
export const labOf = (rgb: Tensor): Lab => {
  const xyz = tf.reshape(tf.matMul(tf.reshape(linear(rgb), [-1, 3]), tf.tensor2d(XYZ)), rgb.shape)
  const [x, y, z] = tf.split(response(xyz), 3, 3) as [Tensor, Tensor, Tensor]
  return { L: tf.sub(tf.mul(y, 116), 16), a: tf.mul(tf.sub(x, y), 500), b: tf.mul(tf.sub(y, z), 200) }
}
