/** The gradient's filter is what TensorFlow.js' own reversal and transposition make of it. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { turnedFilter } from '../../../src/layers/kernels/turnedFilter.js'

it.each([
  [1, 1, 1, 1],
  [3, 3, 2, 5],
  [2, 4, 3, 1],
  [5, 1, 4, 3],
])('turns a filter of %d x %d, %d channels to %d', (...shape) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i)
  const turned = tf.tidy(() => turnedFilter(tf.tensor4d(values, shape)))
  const expected = tf.tidy(() => tf.transpose(tf.reverse(tf.tensor4d(values, shape), [0, 1]), [0, 1, 3, 2]))
  expect(turned.shape).toEqual(expected.shape)
  expect(turned.dataSync()).toEqual(expected.dataSync())
  tf.dispose([turned, expected])
})
