/** Pictures less their blur. */
import { highPassed, mse, pixels } from '../../../src/index.js'
import { isFiniteEverywhere, isLinear, mapsConstants } from '../../support/pixelLosses.js'

isLinear('highPassed', highPassed(pixels, { sigma: 3 }))
mapsConstants('highPassed', highPassed(pixels), 0)
isFiniteEverywhere('mse of highPassed', mse(highPassed(pixels)))
