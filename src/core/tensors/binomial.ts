/**
 * The binomial window [1 2 1] / 4 along one axis of [batch, height, width, channels], zeros outside: its mean, and the variance within it.
 *
 * Law: with P(x) the mean, the variance is P(x²) - P(x)². It is computed from differences of neighbours, so it is never negative, and exactly 0 where the values are equal.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from './differentiable.js'

/** Height or width. */
export type Axis = 1 | 2

/** The window's mean at every position. It is its own transpose. */
export const binomialMean = (x: Tensor4D, axis: Axis): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => ({ value: meanOf(input as Tensor4D, axis), gradient: (dy) => binomialMean(dy, axis) }))

/** The window's variance at every position: with the differences p and n to the previous and the next one, (3 p² + 2 p n + 3 n²) / 16. */
export const binomialVariance = (x: Tensor4D, axis: Axis): Tensor4D =>
  differentiable<Tensor4D>(x, (input, save) => {
    save([input])
    const [previous, next] = differences(input as Tensor4D, axis)
    const value = tf.div<Tensor4D>(tf.add(tf.mul(tf.add(tf.square(previous), tf.square(next)), 3), tf.mul(tf.mul(previous, next), 2)), 16)
    return { value, gradient: (dy, [saved = dy]) => binomialVarianceSlope(dy, saved as Tensor4D, axis) }
  })

const meanOf = (x: Tensor4D, axis: Axis): Tensor4D => {
  const padded = padded1(x, axis)
  const at = (begin: number): Tensor4D => slice(padded, axis, begin, x.shape[axis])
  return tf.add(tf.mul(tf.add(at(0), at(2)), 0.25), tf.mul(x, 0.5))
}

/** The differences of each position to the previous and to the next one. */
const differences = (x: Tensor4D, axis: Axis): readonly [previous: Tensor4D, next: Tensor4D] => {
  const [size, padded] = [x.shape[axis], padded1(x, axis)]
  const steps = tf.sub<Tensor4D>(slice(padded, axis, 1, size + 1), slice(padded, axis, 0, size + 1))
  return [slice(steps, axis, 0, size), slice(steps, axis, 1, size)]
}

/** The gradient of the variance at x, from that in its value: each difference's slope goes to its later position, and from its earlier one. */
export const binomialVarianceSlope = (dy: Tensor4D, x: Tensor4D, axis: Axis): Tensor4D => {
  const [previous, next] = differences(x, axis)
  const each = tf.div(dy, 8)
  const ofPrevious = tf.mul<Tensor4D>(each, tf.add(tf.mul(previous, 3), next))
  const ofNext = tf.mul<Tensor4D>(each, tf.add(tf.mul(next, 3), previous))
  const steps = tf.add<Tensor4D>(padded(ofPrevious, axis, 0, 1), padded(ofNext, axis, 1, 0))
  const size = x.shape[axis]
  return tf.sub(slice(steps, axis, 0, size), slice(steps, axis, 1, size))
}

const padded1 = (x: Tensor4D, axis: Axis): Tensor4D => padded(x, axis, 1, 1)

const padded = (x: Tensor4D, axis: Axis, before: number, after: number): Tensor4D =>
  tf.pad(x, [[0, 0], axis === 1 ? [before, after] : [0, 0], axis === 2 ? [before, after] : [0, 0], [0, 0]]) // prettier-ignore

const slice = (x: Tensor4D, axis: Axis, begin: number, size: number): Tensor4D =>
  axis === 1 ? tf.slice(x, [0, begin, 0, 0], [-1, size, -1, -1]) : tf.slice(x, [0, 0, begin, 0], [-1, -1, size, -1])
