/** HaarPSI where peers have no number. */
import { haarPsi, pixels } from '../../src/index.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'

isFiniteEverywhere('haarPsi', haarPsi(pixels))
isFiniteEverywhere('haarPsi of each channel', haarPsi(pixels, { channels: 'each' }))
