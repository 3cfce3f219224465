/** The distance to the range of a picture. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, outOfRange, pixels } from '../../src/index.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

isFiniteEverywhere('outOfRange', outOfRange(pixels))

it('is the mean distance to the interval, squared if asked', () => {
  const x = tf.tensor4d([-1, 0, 0.5, 1, 1.5, 3], [1, 1, 2, 3])
  expect(takeNumber(compile(outOfRange(pixels))(x, x))).toBeCloseTo((1 + 0.5 + 2) / 6, 6)
  expect(takeNumber(compile(outOfRange(pixels, { norm: 'l2Squared' }))(x, x))).toBeCloseTo((1 + 0.25 + 4) / 6, 6)
  expect(Array.from(gradientOf((v) => compile(outOfRange(pixels))(x, v), x)).map((v) => Math.round(v * 6) + 0)).toEqual([-1, 0, 0, 0, 1, 1])
  expect(takeNumber(compile(outOfRange(pixels, { min: 2, max: -1 }))(x, x))).toBeCloseTo(1 / 6, 6)
})
