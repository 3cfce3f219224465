/** XYB, the colours of JPEG XL: cube roots of the light that the three cones absorb, as two opponent colours and luminance. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { mixedChannels } from '../../core/tensors/mixedChannels.js'
import { power } from './power.js'

/** What the long, medium and short cones take of red, green and blue light: a column each. */
const ABSORBED = [
  [0.3, 0.23, 0.24342268924547819],
  [1 - 0.3 - 0.078, 1 - 0.23 - 0.078, 0.20476744424496821],
  [0.078, 0.078, 1 - 0.24342268924547819 - 0.20476744424496821],
]

/** What is added to the light that a cone takes. */
const BIAS = 0.0037930732552754493

/** From the cones' cube roots to 14 X, Y and B - Y. */
const OPPONENT = [
  [7, 0.5, -0.5],
  [-7, 0.5, -0.5],
  [0, 0, 1],
]

/** Where these are 0: all channels of sRGB are then in [0, 1]. */
const OFFSET = [0.42, 0.01 - Math.cbrt(BIAS), 0.55]

/** XYB of linear light in [0, 1], scaled and moved to [0, 1]: 14 X + 0.42, Y + 0.01 and B - Y + 0.55. */
export const xybOf = (light: Tensor4D): Tensor4D => {
  const cones = power(tf.relu(tf.add(mixedChannels(light, ABSORBED), BIAS)), 1 / 3)
  return tf.add<Tensor4D>(mixedChannels(cones, OPPONENT), OFFSET)
}
