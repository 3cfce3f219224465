import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'

/** |x|, element by element, with the gradient 0 at 0 (that of `tf.abs` is -1 there). */
export const magnitude = <T extends Tensor>(x: T): T =>
  differentiable<T>(x, (input, save) => {
    save([input])
    return { value: tf.abs(input as T), gradient: (dy, [saved = input]) => tf.mul(dy, tf.sign(saved)) }
  })
