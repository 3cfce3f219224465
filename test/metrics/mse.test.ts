/** The mean squared error. */
import { mse, pixels } from '../../src/index.js'
import { isItsDefinition, meanOf } from '../support/pixelLosses.js'

isItsDefinition(
  'mse',
  mse(pixels),
  meanOf((d) => d * d),
)
