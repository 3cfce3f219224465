import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from '../core/differentiable.js'

/** The square root, element by element, with the gradient 0 at 0 (where it has none). */
export const safeSqrt = <T extends Tensor>(x: T): T =>
  differentiable<T>(x, (input, save) => {
    const root = tf.sqrt(input as T)
    save([root])
    return {
      value: root,
      gradient: (dy, [saved = root]) => {
        const isZero = tf.cast(tf.equal(saved, 0), 'float32')
        return tf.div(tf.mul(dy, tf.sub(1, isZero)), tf.add(tf.mul(saved, 2), isZero))
      },
    }
  })
