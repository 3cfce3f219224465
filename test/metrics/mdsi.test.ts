/** MDSI: piq's numbers, and where it has none. */
import { mdsi, pixels } from '../../src/index.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'

// The fourth root of a mean of float32 roots. On coffee_shift.png, where edges nearly vanish, the gradient depends on the backend's rounding (2e-3 of the norm on WASM, 5e-3 on the native one).
agreesWith('piq.mdsi', mdsi(pixels), { of: (v) => v, value: 1e-4, gradient: 1e-3, without: /coffee_shift/ })
isFiniteEverywhere('mdsi', mdsi(pixels))
