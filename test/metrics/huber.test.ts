/** The Huber loss. */
import { huber, pixels } from '../../src/index.js'
import { isItsDefinition, meanOf } from '../support/pixelLosses.js'

isItsDefinition(
  'huber',
  huber(pixels, { delta: 0.2 }),
  meanOf((d) => (Math.abs(d) <= 0.2 ? (d * d) / 2 : 0.2 * (Math.abs(d) - 0.1))),
)
