import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { freeTape } from './tape.js'

/** What an op with its own gradient gives: its value, and the gradient in its one input from the gradient in its value and the tensors that it saved. */
export interface Differentiated<T extends Tensor> {
  readonly value: T
  readonly gradient: (dy: T, saved: readonly Tensor[]) => Tensor
}

/**
 * An op of one tensor with a gradient of its own: one node on the tape, which keeps what `save` is given and nothing else.
 *
 * The forward runs with the tape off. The gradient may use only `dy` and the saved tensors (in the order saved): everything else the forward made is gone.
 */
export const differentiable = <T extends Tensor>(x: Tensor, forward: (x: Tensor, save: (tensors: readonly Tensor[]) => void) => Differentiated<T>): T => {
  const op = tf.customGrad((input, saver) => {
    const { value, gradient } = forward(input as Tensor, (tensors) => {
      ;(saver as tf.GradSaveFunc)([...tensors])
    })
    return { value, gradFunc: (dy, saved) => orFree(() => gradient(dy as T, saved)) }
  })
  return op(x) as T
}

/** A gradient; where it throws, the step is over, and the tape is freed. */
const orFree = (gradient: () => Tensor): Tensor => {
  try {
    return gradient()
  } catch (error) {
    if (tf.engine().state.gradientDepth === 0) freeTape(0)
    throw error
  }
}
