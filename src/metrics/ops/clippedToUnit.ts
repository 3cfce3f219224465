import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { stopGradient } from '../../core/tensors/engine.js'

/** How far outside a value still counts as inside for the gradient: black and white pixels are there by a rounding, which differs between backends. */
const MARGIN = 1e-5

/** Values clipped to [0, 1], whose gradient is that of the value up to a rounding outside, and 0 beyond. */
export const clippedToUnit = <T extends Tensor>(x: T): T =>
  differentiable<T>(x, (input, save) => {
    save([input])
    return {
      value: tf.clipByValue(input as T, 0, 1),
      gradient: (dy, [saved = input]) => {
        const isInside = stopGradient(() => tf.cast(tf.logicalAnd(tf.greaterEqual(saved, -MARGIN), tf.lessEqual(saved, 1 + MARGIN)), 'float32'))
        return tf.mul(dy, isInside)
      },
    }
  })
