import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { isTapeOn, stopGradient } from '../../core/tensors/engine.js'
import { differentiable } from '../../core/tensors/differentiable.js'
import { hasNativeUnitVectors, nativeUnitVectors, nativeUnitVectorsGradient } from '../../core/tensors/native/nativeUnitVectors.js'
import { fillsNativeVectors } from '../../core/tensors/native/nativeVectors.js'
import { safeSqrt } from '../../core/tensors/safeSqrt.js'
import { oneOf, positive } from '../../core/arguments/codecs.js'

/** Options of `unitNormalized`. */
export interface UnitNormalizedOptions {
  /** Keeps the quotient finite; default 1e-10, as in LPIPS. */
  readonly epsilon: number
  /** Where epsilon is added: to the 'norm' (default), as in LPIPS, or to the squared norm under the root ('square'), as in torchmetrics (with 1e-8). */
  readonly addedTo: 'norm' | 'square'
}

const normOf = (x: Tensor): Tensor => safeSqrt(tf.sum(tf.square(x), -1, true))

/** What a vector of this norm is divided by. */
const divisor = (norm: Tensor, { epsilon, addedTo }: UnitNormalizedOptions): Tensor =>
  addedTo === 'norm' ? tf.add(norm, epsilon) : tf.sqrt(tf.add(tf.square(norm), epsilon))

/**
 * Normalizes the channel vector of each position to unit length: f / (|f| + epsilon), or f / sqrt(|f|² + epsilon); the shape does not change.
 *
 * A zero vector stays zero. With epsilon added to the norm its gradient is zero (other libraries give NaN).
 *
 * Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018; `lpips/__init__.py` `normalize_tensor`.
 *
 * @example mse(unitNormalized(featureAt('block3_conv3')))
 */
export const unitNormalized: Transform<UnitNormalizedOptions> = defineTransform({
  id: 'unitNormalized',
  options: t.strict({ epsilon: positive, addedTo: oneOf('norm', 'square') }),
  defaults: { epsilon: 1e-10, addedTo: 'norm' },
  smooth: ({ addedTo }) => addedTo === 'square',
  bound: () => () => 1,
  latex: () => (feature) => `\\widehat{${feature}}`,
  tiling: () => ({ reach: 0 }),
  apply: (options) => (feature) =>
    differentiable(feature, (x, save) => {
      if (options.addedTo === 'norm' && !isTapeOn() && fillsNativeVectors(x) && hasNativeUnitVectors()) {
        save([x])
        return {
          value: nativeUnitVectors(x, options.epsilon),
          gradient: (dy, [saved = x]) => nativeUnitVectorsGradient(dy, saved, options.epsilon),
        }
      }
      const norm = normOf(x)
      save([x, norm])
      return {
        value: tf.div(x, divisor(norm, options)),
        gradient: (dy, [saved = x, n = norm]) => tf.tidy(() => gradient(saved, n, dy, options)),
      }
    }),
})

/** With n = |x|, l the divisor and r = n (or l, where epsilon is under the root): dy / l - x (x . dy) / (r l²); 0 where r is 0. */
const gradient = (x: Tensor, norm: Tensor, dy: Tensor, options: UnitNormalizedOptions): Tensor => {
  const length = divisor(norm, options)
  const radius = options.addedTo === 'norm' ? norm : length
  const isZero = stopGradient(() => tf.cast(tf.equal(radius, 0), 'float32'))
  const inverse = tf.div(tf.sub(1, isZero), length)
  const along = tf.div(tf.mul(tf.sum(tf.mul(x, dy), -1, true), inverse), tf.mul(tf.add(radius, isZero), length))
  return tf.sub(tf.mul(dy, inverse), tf.mul(x, along))
}
