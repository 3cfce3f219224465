/** The cosine distance of vectors at each position. */
import { cosine, pixels, unitNormalized } from '../../src/index.js'
import { hasZeroGradientAtIdentity, isItsDefinition } from '../support/pixelLosses.js'

isItsDefinition('cosine', cosine(pixels), (x, y) => {
  let total = 0
  for (let p = 0; p < 35; p++) {
    const [u, v] = [x.slice(3 * p, 3 * p + 3), y.slice(3 * p, 3 * p + 3)]
    const dot = u.reduce((s, w, i) => s + w * (v[i] ?? 0), 0)
    total += 1 - dot / (Math.hypot(...u) * Math.hypot(...v))
  }
  return total / 35
})
hasZeroGradientAtIdentity('cosine', cosine(pixels))
hasZeroGradientAtIdentity('cosine of unit vectors', cosine(unitNormalized(pixels)))
