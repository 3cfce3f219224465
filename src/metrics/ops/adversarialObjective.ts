/**
 * The objectives of a generator and a discriminator as functions of one logit, shared by all adversarial losses.
 *
 * A high logit means a real picture. The discriminator minimizes `real(x)` for logits of real pictures and `fake(x)` for logits of generated ones; the
 * generator minimizes `generator(x)` for logits of generated ones. Each is stable for logits of any size, with a finite slope.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineRegularizer, type Regularizer } from '../../core/define/define.js'
import { meanOf } from './pointwise.js'
import { oneOf } from '../../core/arguments/codecs.js'
import type { Interval } from '../../core/language/definition.js'

/** The player, and the kind of picture. */
export type Side = 'generator' | 'real' | 'fake'

/** One player's cost of one logit, with its laws. */
export interface ObjectiveTerm {
  readonly value: (logit: Tensor) => Tensor
  /** The derivative times `by`. */
  readonly slope: (logit: Tensor, by: Tensor) => Tensor
  readonly smooth: boolean
  /** The smallest and the largest cost of logits of at most this absolute value. */
  readonly range: (bound: number) => Interval
}

/** The three objectives of an adversarial loss. */
export type AdversarialObjective = Readonly<Record<Side, ObjectiveTerm>>

/** Options of `nonSaturating`, `leastSquares`, `hinge` and `wasserstein`. */
export interface AdversarialOptions {
  /**
   * 'generator' (default): the generator's loss, low if its picture is judged real; 'real': the discriminator's loss on real pictures; 'fake': the discriminator's
   * loss on generated ones.
   */
  readonly side: Side
}

/** A regularizer of a discriminator's logits by an adversarial objective: the mean over a sample's logits. */
export const adversarial = (id: string, game: AdversarialObjective): Regularizer<AdversarialOptions> =>
  defineRegularizer({
    id,
    options: t.strict({ side: oneOf('generator', 'real', 'fake') }),
    defaults: { side: 'generator' },
    laws: ({ side }) => ({ range: game[side].range, smooth: game[side].smooth }),
    tiling: () => 'mean',
    apply:
      ({ side }) =>
      (logits) =>
        meanOf(logits, game[side]),
  })

/** A cost of the negated logit. */
export const mirrored = ({ value, slope, smooth, range }: ObjectiveTerm): ObjectiveTerm => ({
  value: (x) => value(tf.neg(x)),
  slope: (x, by) => slope(tf.neg(x), tf.neg(by)),
  smooth,
  range,
})

/** The logit itself. */
export const identity: ObjectiveTerm = {
  value: (x) => tf.clone(x),
  slope: (x, by) => tf.mul(tf.onesLike(x), by),
  smooth: true,
  range: (bound) => [-bound, bound],
}

/**
 * log(1 + y) for y in [0, 1], with all its digits: log(u) y / (u - 1) for the u that 1 + y is rounded to. (WASM's own log1p has two digits left at 1e-5.)
 *
 * Source: Goldberg, "What Every Computer Scientist Should Know About Floating-Point Arithmetic", 1991, theorem 4.
 */
const log1p = (y: Tensor): Tensor => {
  const u = tf.add(y, 1)
  const rounded = tf.sub(u, 1)
  const isZero = tf.cast(tf.equal(rounded, 0), 'float32')
  return tf.add(tf.div(tf.mul(tf.log(u), y), tf.add(rounded, isZero)), tf.mul(y, isZero))
}

/** log(1 + eˣ), which is cross-entropy on a logit; no part of it overflows. */
export const softplus: ObjectiveTerm = {
  value: (x) => tf.add(tf.relu(x), log1p(tf.exp(tf.neg(tf.abs(x))))),
  slope: (x, by) => tf.mul(tf.sigmoid(x), by),
  smooth: true,
  range: (bound) => [Math.log1p(Math.exp(-bound)), bound + Math.log1p(Math.exp(-bound))],
}

/** (x - label)². */
export const squaredFrom = (label: number): ObjectiveTerm => ({
  value: (x) => tf.square(tf.sub(x, label)),
  slope: (x, by) => tf.mul(tf.sub(x, label), tf.mul(by, 2)),
  smooth: true,
  range: (bound) => [Math.max(0, Math.abs(label) - bound) ** 2, (bound + Math.abs(label)) ** 2],
})

/** max(0, 1 + x). */
export const hingeAt1: ObjectiveTerm = {
  value: (x) => tf.relu(tf.add(x, 1)),
  slope: (x, by) => tf.mul(tf.step(tf.add(x, 1)), by),
  smooth: false,
  range: (bound) => [Math.max(0, 1 - bound), 1 + bound],
}
