/** FSIM and FSIMc: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, fsim, pixels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

// On the flat pictures of a size that is no power of two, piq's phase congruency is that of rounding: ours is 1, as on black ones.
const flat = /(astronaut|chelsea)_flat/
// In astronaut_noise.png a similarity of chroma is near 0, where the slope of its power has a lever on float32: the gradient is 6e-3 off.
agreesWith('piq.fsim', fsim(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3, unlike: flat, without: /astronaut_noise/ })
agreesWith('piq.fsim(chromatic=False)', fsim(pixels, { chromatic: false }), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3, unlike: flat })
isFiniteEverywhere('fsim', fsim(pixels), 2)

it('says that a single row has no frequencies', () => {
  const row = noise(1, [1, 1, 20, 3])
  expect(() => compile(fsim(pixels))(row, row)).toThrow(/both sides must be at least 2/)
})
