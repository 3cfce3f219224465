/** The squared Frobenius norm of the difference. */
import { pixels, squaredFrobenius } from '../../src/index.js'
import { isItsDefinition, meanOf } from '../support/pixelLosses.js'

isItsDefinition('squaredFrobenius', squaredFrobenius(pixels), (x, y) => x.length * meanOf((d) => d * d)(x, y))
