/** Vectors of length 1 at each position. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { pixels, unitNormalized } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { applied } from '../../support/pixelLosses.js'
import { gradientOf, take } from '../../support/tensors.js'

it('makes unit vectors, and leaves zeros zeros with a zero gradient', () => {
  const x = tf.tensor4d([3, 4, 0, 0, 0, 0], [1, 1, 2, 3])
  const unit = applied(unitNormalized(pixels), x)
  expect(Array.from(take(unit)).map((v) => Math.round(v * 1e6) / 1e6)).toEqual([0.6, 0.8, 0, 0, 0, 0])
  const gradient = gradientOf((v) => tf.sum(applied(unitNormalized(pixels), v)), x)
  // d(u . 1)/dx = (1 - u (u . 1)) / |x| for u = (.6, .8, 0).
  const expected = [(1 - 0.6 * 1.4) / 5, (1 - 0.8 * 1.4) / 5, 1 / 5, 0, 0, 0]
  gradient.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 6))
})

describe('with epsilon under the root (torchmetrics)', () => {
  const feature = unitNormalized(pixels, { epsilon: 1e-2, addedTo: 'square' })

  it('is f / sqrt(|f|² + epsilon), with its gradient, at zero too', () => {
    const x = tf.tensor4d([0.3, 0.4, 0, 0, 0, 0], [1, 1, 2, 3])
    const [ours, theirs] = [feature.by.apply(x), tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-2)))]
    expect(Array.from(ours.dataSync())).toEqual(Array.from(theirs.dataSync()))
    const weights = noise(43, [1, 1, 2, 3])
    const gradient = (f: (v: tf.Tensor) => tf.Tensor) => gradientOf((v) => tf.sum(tf.mul(f(v), weights)), x)
    const expected = gradient((v) => tf.div(v, tf.sqrt(tf.add(tf.sum(tf.square(v), -1, true), 1e-2))))
    gradient(feature.by.apply).forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 4))
  })
})
