import { type AnyLoss, type Loss } from '../core/language/loss.js'
import type { LayersOf, ReferencesOf } from '../core/language/requires.js'
import { requireLoss } from '../core/language/lossGuards.js'
import { add } from '../core/language/build.js'

/**
 * Adds losses. The sum is flat and keeps their order; the empty sum is zero.
 *
 * @throws LossException `BadArgument` for something that is not a loss (from untyped code).
 * @example sum(mse(featureAt('block3_conv3')), weighted(1e-3, totalVariation(pixels)))
 */
export const sum = <const Ls extends readonly AnyLoss[]>(...losses: Ls): Loss<LayersOf<Ls[number]>, ReferencesOf<Ls[number]>> =>
  add(losses.map((loss, i) => requireLoss(`Part ${String(i + 1)} of sum`, loss))) as Loss<LayersOf<Ls[number]>, ReferencesOf<Ls[number]>>
