/** GMSD where peers have no number. */
import { expect, it } from 'vitest'
import { compile, gmsd, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { takeNumber } from '../support/tensors.js'

// One pixel has no deviation.
isFiniteEverywhere('gmsd', gmsd(pixels), 3)
isFiniteEverywhere('gmsd of each channel', gmsd(pixels, { channels: 'each' }), 3)

it('rejects pictures of a single position at half size, which have no deviation', () => {
  const f = compile(gmsd(pixels))
  const [small, large] = [noise(1, [1, 2, 2, 3]), noise(1, [1, 1, 3, 3])]
  expect(() => f(small, small)).toThrow(/one side must be at least 3/)
  expect(takeNumber(f(large, large))).toBe(0)
})
