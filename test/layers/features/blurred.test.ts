/** Blurred pictures. */
import { expect, it } from 'vitest'
import { blurred, mse, pixels } from '../../../src/index.js'
import { isFiniteEverywhere, isLinear, mapsConstants } from '../../support/pixelLosses.js'

isLinear('blurred', blurred(pixels, { sigma: 1.5 }))
mapsConstants('blurred', blurred(pixels, { sigma: 9 }), 0.7)
isFiniteEverywhere('mse of blurred', mse(blurred(pixels, { sigma: 2 })))

it('rejects a sigma that is too large', () => {
  expect(() => blurred(pixels, { sigma: 1000 })).toThrow(/sigma: received 1000, expected a number from 0.05 to 100/)
})
