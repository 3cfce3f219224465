/** Light as luminance and two opponent colours, and back: exact for greys, whose opponent colours are 0. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'

/** The shares of red, green and blue in X, Y and Z, each over its value of white (D65; FLIP's rational numbers). */
const X = [10135552 / 23359437, 8788810 / 23359437, 4435075 / 23359437] as const
const Y = [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897] as const
const Z = [1425312 / 80288307, 8788810 / 80288307, 70074185 / 80288307] as const

/** How X - Y and Y - Z grow with red less green and with blue less green. */
const [RED_OF_XY, BLUE_OF_XY] = [X[0] - Y[0], X[2] - Y[2]]
const [RED_OF_YZ, BLUE_OF_YZ] = [Y[0] - Z[0], Y[2] - Z[2]]
const DETERMINANT = RED_OF_XY * BLUE_OF_YZ - BLUE_OF_XY * RED_OF_YZ

/** Y, X - Y and Y - Z of light, over white: [batch, height, width, 1] each. */
export interface Opponent {
  readonly y: Tensor4D
  readonly xy: Tensor4D
  readonly yz: Tensor4D
}

const combined = (a: Tensor4D, ofA: number, b: Tensor4D, ofB: number): Tensor4D => tf.add(tf.mul(a, ofA), tf.mul(b, ofB))

/** Linear red, green and blue [batch, height, width, 3] as luminance and opponent colours. */
export const opponentOf = (light: Tensor): Opponent => {
  const [red, green, blue] = tf.split(light, 3, 3) as [Tensor4D, Tensor4D, Tensor4D]
  const [overRed, overBlue] = [tf.sub<Tensor4D>(red, green), tf.sub<Tensor4D>(blue, green)]
  return {
    y: tf.add(green, combined(overRed, Y[0], overBlue, Y[2])),
    xy: combined(overRed, RED_OF_XY, overBlue, BLUE_OF_XY),
    yz: combined(overRed, RED_OF_YZ, overBlue, BLUE_OF_YZ),
  }
}

/** The light of luminance and opponent colours: [batch, height, width, 3]. */
export const lightOfOpponent = ({ y, xy, yz }: Opponent): Tensor4D => {
  const overRed = combined(xy, BLUE_OF_YZ / DETERMINANT, yz, -BLUE_OF_XY / DETERMINANT)
  const overBlue = combined(xy, -RED_OF_YZ / DETERMINANT, yz, RED_OF_XY / DETERMINANT)
  const green = tf.sub<Tensor4D>(y, combined(overRed, Y[0], overBlue, Y[2]))
  return tf.concat([tf.add<Tensor4D>(green, overRed), green, tf.add<Tensor4D>(green, overBlue)], 3)
}
