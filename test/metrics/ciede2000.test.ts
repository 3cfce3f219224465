/** CIEDE2000: scikit-image's means, and right and finite gradients. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { ciede2000, compile, pixels } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { isFiniteEverywhere, hasZeroGradientAtIdentity } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { gradientOf } from '../support/tensors.js'

// float32 colours: 1e-6 of 100, less near a hue of 0, where the formula without angles is 1e-5 off.
agreesWith('skimage ciede2000, mean', ciede2000(pixels), { of: (v) => v, value: 1e-4, gradient: 1e-3 })
isFiniteEverywhere('ciede2000', ciede2000(pixels))
hasZeroGradientAtIdentity('ciede2000', ciede2000(pixels))

it('has the gradient of central differences', () => {
  const [x, y] = [noise(1, [1, 2, 3, 3]), noise(2, [1, 2, 3, 3])]
  const f = compile(ciede2000(pixels))
  const gradient = gradientOf((v) => f(x, v as typeof y), y)
  const values = Array.from(y.dataSync())
  const at = (i: number, step: number): number => f(x, tf.tensor4d(values.with(i, (values[i] ?? 0) + step), [1, 2, 3, 3])).dataSync()[0] ?? Number.NaN
  // Differences of float32 values of about 50: 4e-6 over 2e-3.
  gradient.forEach((slope, i) => expect(Math.abs(slope - (at(i, 1e-3) - at(i, -1e-3)) / 2e-3)).toBeLessThan(2e-2))
})

it('is 100 between black and white', () => {
  const f = compile(ciede2000(pixels))
  expect(f(plain(0, [1, 1, 1, 3]), plain(1, [1, 1, 1, 3])).dataSync()[0]).toBeCloseTo(100, 3)
})
