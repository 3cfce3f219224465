import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'

/** Below this size a number counts as this, so that its logarithm is finite. */
const LEAST = 1e-20

/** x to a power (a number, or a tensor with its own gradient), element by element for x of at least 0: exactly 0 with the gradient 0 where x is 0. */
export const power = (x: Tensor, exponent: Tensor | number): Tensor => {
  const isPositive = stopGradient(() => tf.cast(tf.greater(x, 0), 'float32'))
  return tf.mul(tf.exp(tf.mul(tf.log(tf.maximum(x, LEAST)), exponent)), isPositive)
}
