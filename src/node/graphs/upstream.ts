/**
 * dy, the gradient in a loss's value, of the last calls: 1, or k if the loss is multiplied by k.
 */
import * as tf from '@tensorflow/tfjs'
import type { Scalar } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'

/** dy of the last calls. */
export interface Upstream {
  readonly last: () => number
  /** Whether dy was the same in the last two calls. */
  readonly isSteady: () => boolean
  /** Reads it in a backward pass. */
  readonly saw: (dy: Scalar) => number
  /** The same value, whose dy is read. */
  readonly watch: (value: Scalar) => Scalar
}

/** It is 1 before the first call. */
export const lastUpstream = (): Upstream => {
  let [before, last] = [1, 1]
  const saw = (dy: Scalar): number => {
    const [now = 1] = dy.dataSync<'float32'>()
    ;[before, last] = [last, now]
    return now
  }
  return {
    last: () => last,
    isSteady: () => Object.is(before, last),
    saw,
    watch: (value) =>
      differentiable<Scalar>(value, (x) => ({
        value: tf.clone(x) as Scalar,
        gradient: (dy) => {
          saw(dy)
          return tf.clone(dy)
        },
      })),
  }
}
