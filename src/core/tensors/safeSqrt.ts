import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { stopGradient, isTapeOn } from './engine.js'
import { differentiable } from './differentiable.js'

/** The square root, element by element, with the gradient 0 at 0 (where it has none), and so with all higher derivatives. */
export const safeSqrt = <T extends Tensor>(x: T): T =>
  differentiable<T>(x, (input, save) => {
    // The tape is on where derivatives of the gradient are taken.
    const root = isTapeOn() ? safeSqrt(input as T) : tf.sqrt(input as T)
    save([root])
    return {
      value: root,
      gradient: (dy, [saved = root]) => {
        const isZero = stopGradient(() => tf.cast(tf.equal(saved, 0), 'float32'))
        return tf.div(tf.mul(dy, tf.sub(1, isZero)), tf.add(tf.mul(saved, 2), isZero))
      },
    }
  })
