/**
 * Gradients on a tape of their own, wherever the caller stands: inside the forward of a `customGrad`, where the tape is off, or inside its gradient, where `tf.grad`
 * would end the tape that is being run back.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import { freeTape } from './tape.js'

/** The gradients of a value in each of its inputs, from the gradient `dy` in the value (1). They are no function of the caller's tape: no second derivatives go through. */
export const isolatedGradients = (f: (...xs: Tensor[]) => Scalar, xs: readonly Tensor[], dy?: Scalar): readonly Tensor[] => {
  const { state } = tf.engine()
  const { gradientDepth, kernelDepth, activeTape } = state
  Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: [] })
  try {
    return tf.grads(f)([...xs], dy)
  } catch (error) {
    freeTape(0)
    throw error
  } finally {
    Object.assign(state, { gradientDepth, kernelDepth, activeTape })
  }
}
