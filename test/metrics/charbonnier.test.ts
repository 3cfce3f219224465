/** The Charbonnier loss. */
import { expect, it } from 'vitest'
import { charbonnier, pixels } from '../../src/index.js'
import { plain } from '../support/images.js'
import { hasZeroGradientAtIdentity, isItsDefinition, meanOf, value } from '../support/pixelLosses.js'

isItsDefinition(
  'charbonnier',
  charbonnier(pixels),
  meanOf((d) => Math.sqrt(d * d + 1e-12)),
)
isItsDefinition(
  'charbonnier with an epsilon',
  charbonnier(pixels, { epsilon: 0.3 }),
  meanOf((d) => Math.hypot(d, 0.3)),
)
isItsDefinition(
  'charbonnier from zero',
  charbonnier(pixels, { epsilon: 0.3, fromZero: true }),
  meanOf((d) => Math.hypot(d, 0.3) - 0.3),
)
hasZeroGradientAtIdentity('charbonnier', charbonnier(pixels))

it('of 1 and 0 in kornia’s form is .41421356', () => {
  expect(value(charbonnier(pixels, { epsilon: 1, fromZero: true }), plain(0, [1, 3, 3, 3]), plain(1, [1, 3, 3, 3]))).toBeCloseTo(0.41421356, 6)
})
