/**
 * The constructors of losses. They keep the algebra structural, so that these laws hold by `lossEq`, not only by the numbers:
 *
 * - associativity and identity: `add([add([a, b]), c])` equals `add([a, b, c])`; `add([a])` equals `a`; the empty sum is the identity
 * - scalar action: `scale(1, a)` equals `a`; `scale(v, scale(w, a))` equals `scale(v * w, a)` where the product is exact
 * - distributivity over sums: `scale(w, add([a, b]))` equals `add([scale(w, a), scale(w, b)])`
 *
 * Nothing is dropped: `scale(0, a)` stays, for 0 * NaN is not 0. Weights and their products are numbers that float32 holds; -0 becomes 0.
 */
import type { Compare, Target, Regularize, Loss } from './loss.js'
import type { Feature } from './feature.js'
import { terms } from './terms.js'
import { isFloat32 } from '../arguments/codecs.js'
import type { AppliedMetric, AppliedRegularizer } from './definition.js'
import { LossException } from '../errors/lossException.js'

/** The comparison of a feature, or of several together. */
export const compare = <L extends string, R extends string>(
  metric: AppliedMetric,
  feature: Feature<L, R>,
  reference: string,
  beside: readonly Feature<L, R>[] = [],
): Compare<L, R | Target> =>
  Object.freeze({ _tag: 'Compare', metric, feature, ...(beside.length === 0 ? {} : { beside: Object.freeze([...beside]) }), reference })

export const regularize = <L extends string, R extends string>(regularizer: AppliedRegularizer, feature: Feature<L, R>): Regularize<L, R> =>
  Object.freeze({ _tag: 'Regularize', regularizer, feature })

export const name = <L extends string, R extends string>(label: string, loss: Loss<L, R>): Loss<L, R> => Object.freeze({ _tag: 'Named', name: label, loss })

/** The sum, flat; a sum of one is that one. */
export const add = <L extends string, R extends string>(losses: readonly Loss<L, R>[]): Loss<L, R> => {
  const flat = losses.flatMap((loss) => (loss._tag === 'Sum' ? loss.losses : [loss]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : Object.freeze({ _tag: 'Sum', losses: Object.freeze(flat) })
}

/** The loss times a number, distributed over sums to leaves and named losses. */
export const scale = <L extends string, R extends string>(weight: number, loss: Loss<L, R>): Loss<L, R> => {
  checkWeight(weight)
  if (weight === 1) return loss
  if (loss._tag === 'Sum') return add(loss.losses.map((part) => scale(weight, part)))
  if (loss._tag === 'Weighted') return scale(weight * loss.weight, loss.loss)
  if (loss._tag === 'Named') terms(loss).forEach((term) => checkWeight(weight * term.weight))
  return Object.freeze({ _tag: 'Weighted', weight: weight === 0 ? 0 : weight, loss })
}

/** Throws if float32 cannot represent the weight: infinite, or so small that it becomes 0. */
export const checkWeight = (weight: number): void => {
  if (typeof weight !== 'number' || !isFloat32(weight)) throw new LossException({ _tag: 'BadWeight', weight })
}
