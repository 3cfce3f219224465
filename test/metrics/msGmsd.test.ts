/** MS-GMSD and MS-GMSDc: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, msGmsd, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { takeNumber } from '../support/tensors.js'

// float32 sums of up to 2e5 numbers; gradients through roots of small edges.
agreesWith('piq.multi_scale_gmsd', msGmsd(pixels), { of: (v) => v, value: 1e-4, gradient: 1e-3 })
agreesWith('piq.multi_scale_gmsd(chromatic=True)', msGmsd(pixels, { chromatic: true }), { of: (v) => v, value: 1e-4, gradient: 1e-3 })
isFiniteEverywhere('msGmsd', msGmsd(pixels), 17)
isFiniteEverywhere('msGmsd with chroma', msGmsd(pixels, { chromatic: true, weights: [1, 1] }), 5)

it('says which size its scales need, and takes weights in proportion', () => {
  const [a, b] = [noise(1, [1, 16, 40, 3]), noise(2, [1, 16, 40, 3])]
  expect(() => compile(msGmsd(pixels))(a, b)).toThrow(/both sides must be at least 17 for 4 scales; fewer `weights` allow smaller pictures/)
  const of = (weights: readonly number[]): number => takeNumber(compile(msGmsd(pixels, { weights }))(a, b))
  expect(of([1, 3])).toBeCloseTo(of([0.25, 0.75]), 6)
})
