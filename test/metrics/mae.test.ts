/** The mean absolute error. */
import { mae, pixels } from '../../src/index.js'
import { hasZeroGradientAtIdentity, isItsDefinition, meanOf } from '../support/pixelLosses.js'

isItsDefinition('mae', mae(pixels), meanOf(Math.abs))
hasZeroGradientAtIdentity('mae', mae(pixels))
