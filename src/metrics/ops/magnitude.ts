import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'

/** 1 where x is above 0, -1 where it is below, else 0: WASM's `tf.sign` is 0 below 1e-7 already. */
export const signOf = (x: Tensor): Tensor => tf.sub(tf.cast(tf.greater(x, 0), 'float32'), tf.cast(tf.less(x, 0), 'float32'))

/** |x|, element by element, with the gradient 0 at 0 (that of `tf.abs` is -1 there). */
export const magnitude = <T extends Tensor>(x: T): T =>
  differentiable<T>(x, (input, save) => {
    save([input])
    return { value: tf.abs(input as T), gradient: (dy, [saved = input]) => tf.mul(dy, signOf(saved)) }
  })
