/** The luma of a picture. */
import { luma, mse, pixels } from '../../../src/index.js'
import { isFiniteEverywhere, isLinear, mapsConstants } from '../../support/pixelLosses.js'

isLinear('luma', luma(pixels))
mapsConstants('luma', luma(pixels), 0.7)
isFiniteEverywhere('mse of luma', mse(luma(pixels)))
