/** VIF in the pixel domain: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, pixels, vif } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { isFiniteEverywhere, value } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

// Variances of float32 beside a noise of 3e-5.
agreesWith('piq.vif_p', vif(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3 })
isFiniteEverywhere('vif', vif(pixels), 41)

it('is 0 on identical pictures and where the reference has nothing to lose, and below 0 where contrast grows', () => {
  const x = noise(1, [1, 48, 50, 3])
  expect(value(vif(pixels), x, x)).toBe(0)
  expect(value(vif(pixels), plain(0.3, x.shape), x)).toBe(0)
  expect(value(vif(pixels), x.mul(0.5), x)).toBeLessThan(-0.1)
  const small = noise(2, [1, 40, 50, 3])
  expect(() => compile(vif(pixels))(small, small)).toThrow(/both sides must be at least 41/)
})
