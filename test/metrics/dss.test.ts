/** DSS: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, dss, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { takeNumber } from '../support/tensors.js'

// In coffee_jpeg.png blocks have no contrast but that of rounding, by whose root piq's gradient is divided; ours is 0 there.
agreesWith('piq.dss', dss(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3, without: /coffee_jpeg/ })
isFiniteEverywhere('dss', dss(pixels), 8)

it('compares whole blocks, of which more than the worst with a larger `percentile`', () => {
  const [a, b] = [noise(1, [1, 40, 47, 3]), noise(2, [1, 40, 47, 3])]
  const f = compile(dss(pixels))
  expect(takeNumber(f(a, b))).toBe(takeNumber(f(a.slice([0, 0, 0, 0], [1, 40, 40, 3]), b.slice([0, 0, 0, 0], [1, 40, 40, 3]))))
  expect(takeNumber(compile(dss(pixels, { percentile: 1 }))(a, b))).toBeLessThan(takeNumber(f(a, b)) - 0.1)
  expect(() => f(noise(1, [1, 7, 9, 3]), noise(1, [1, 7, 9, 3]))).toThrow(/both sides must be at least 8/)
})
