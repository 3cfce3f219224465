/** The focal frequency loss where peers have no number. */
import { expect, it } from 'vitest'
import { compile, focalFrequency, mse, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { takeNumber } from '../support/tensors.js'

isFiniteEverywhere('focalFrequency', focalFrequency(pixels))
isFiniteEverywhere('focalFrequency with logarithms', focalFrequency(pixels, { alpha: 2, logMatrix: true }))

it('is the mean squared error with alpha 0 (Parseval), and no more than it otherwise', () => {
  const [a, b] = [noise(11, [1, 7, 10, 3]), noise(12, [1, 7, 10, 3])]
  const error = takeNumber(compile(mse(pixels))(a, b))
  expect(takeNumber(compile(focalFrequency(pixels, { alpha: 0 }))(a, b))).toBeCloseTo(error, 6)
  expect(takeNumber(compile(focalFrequency(pixels))(a, b))).toBeLessThan(error)
  expect(() => compile(focalFrequency(pixels, { patchFactor: 2 }))(a, b)).toThrow(/focalFrequency.*\[1, 7, 10, 3\].*multiples of the patch factor, 2/)
})
