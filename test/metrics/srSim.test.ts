/** SR-SIM: piq's numbers, and where it has none. */
import { expect, it } from 'vitest'
import { compile, pixels, srSim } from '../../src/index.js'
import { goldenImage, noise } from '../support/images.js'
import { isFiniteEverywhere, value } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

// On flat pictures of a size that is no power of two, piq's saliency is that of rounding.
agreesWith('piq.srsim', srSim(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3, unlike: /(astronaut|chelsea)_flat/ })
isFiniteEverywhere('srSim', srSim(pixels), 40)

it('sees colours with `chromatic` only', async () => {
  const [colour, grey] = [await goldenImage('coffee.png'), await goldenImage('coffee_gray.png')]
  expect(value(srSim(pixels, { chromatic: true }), colour, grey)).toBeGreaterThan(value(srSim(pixels), colour, grey) + 0.03)
})

it('says which size its saliency needs', () => {
  const small = noise(2, [1, 39, 50, 3])
  expect(() => compile(srSim(pixels))(small, small)).toThrow(/both sides must be at least 40/)
})
