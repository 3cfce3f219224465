/** MDSI: piq's numbers, and where it has none. */
import { mdsi, pixels } from '../../src/index.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

// The fourth root of a mean of float32 roots: the gradient of coffee_shift.png is 2e-3 off, where edges nearly vanish, all others are within 1e-3.
agreesWith('piq.mdsi', mdsi(pixels), { of: (v) => v, value: 1e-4, gradient: 3e-3 })
isFiniteEverywhere('mdsi', mdsi(pixels))
