import { type AnyLoss, type Loss } from '../core/language/loss.js'
import type { LayersOf, ReferencesOf } from '../core/language/requires.js'
import { sum } from './sum.js'
import { scale } from '../core/language/build.js'
import { LossException } from '../core/errors/lossException.js'

/**
 * Averages losses: their sum times 1/n.
 *
 * @throws LossException `BadArgument` without losses.
 * @example mean(mse(featureAt('block2_conv2')), mse(featureAt('block3_conv3')))
 */
export const mean = <const Ls extends readonly [AnyLoss, ...AnyLoss[]]>(...losses: Ls): Loss<LayersOf<Ls[number]>, ReferencesOf<Ls[number]>> => {
  if (losses.length === 0)
    throw new LossException({ _tag: 'BadArgument', name: 'mean', received: 'no losses', expected: 'at least one; the empty sum, sum(), is zero' })
  return scale(1 / losses.length, sum(...losses))
}
