import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../core/define.js'
import { differentiable } from '../core/differentiable.js'
import { positive } from '../core/options.js'

/** Options of `unitNormalized`. */
export interface UnitNormalizedOptions {
  /** Added to the norm; 1e-10, as LPIPS has it. */
  readonly epsilon: number
}

const normOf = (x: Tensor): Tensor => tf.sqrt(tf.sum(tf.square(x), -1, true))

/**
 * Each position's channel vector over its length: f / (|f| + epsilon); the shape stays.
 *
 * A vector of zeros stays zeros, and its gradient is zero: it has no direction to change (where the peers' is NaN).
 *
 * Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018; `lpips/__init__.py` `normalize_tensor`.
 *
 * @example mse(unitNormalized(featureAt('block3_conv3')))
 */
export const unitNormalized: Transform<UnitNormalizedOptions> = defineTransform({
  id: 'unitNormalized',
  options: t.strict({ epsilon: positive }),
  defaults: { epsilon: 1e-10 },
  bound: () => () => 1,
  apply:
    ({ epsilon }) =>
    (feature) =>
      differentiable(feature, (x, save) => {
        save([x])
        return {
          value: tf.div(x, tf.add(normOf(x), epsilon)),
          // With n = |x|: (dy - x (x . dy) / (n (n + epsilon))) / (n + epsilon), and 0 where n is 0.
          gradient: (dy, [saved = x]) => {
            const norm = normOf(saved)
            const isZero = tf.cast(tf.equal(norm, 0), 'float32')
            const length = tf.add(norm, tf.add(isZero, epsilon))
            const along = tf.div(tf.sum(tf.mul(saved, dy), -1, true), tf.mul(tf.add(norm, isZero), length))
            return tf.mul(tf.div(tf.sub(dy, tf.mul(saved, along)), length), tf.sub(1, isZero))
          },
        }
      }),
})
