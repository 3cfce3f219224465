/** IW-SSIM: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, iwSsim, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { takeNumber } from '../support/tensors.js'

agreesWith('piq.information_weighted_ssim', iwSsim(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3 })
isFiniteEverywhere('iwSsim', iwSsim(pixels, { weights: [1, 1] }), 21)

it('says which size its scales need, and takes weights in proportion', () => {
  const [a, b] = [noise(1, [1, 40, 42, 3]), noise(2, [1, 40, 42, 3])]
  expect(() => compile(iwSsim(pixels))(a, b)).toThrow(/both sides must be at least 161 for 5 scales; fewer `weights` allow smaller pictures/)
  const of = (weights: readonly number[]): number => takeNumber(compile(iwSsim(pixels, { weights }))(a, b))
  expect(of([1, 3])).toBeCloseTo(of([0.25, 0.75]), 6)
  expect(of([2])).toBeCloseTo(of([1]), 6)
})
