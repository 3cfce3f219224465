/**
 * The normal form of a loss: a sum of distinct terms in order, each with one weight.
 *
 * Laws: value and gradient do not change, except for rounding where weights are added; normalizing twice is normalizing once; losses that differ only by the
 * laws of the algebra, the order of their terms or their names have the same normal form.
 */
import { aSwitch } from '../arguments/guards.js'
import { checkOptions } from '../arguments/checkOptions.js'
import { sameLoss } from './equality.js'
import { laws } from './laws.js'
import { type Leaf, type Loss } from './loss.js'
import { compareLosses } from './order.js'
import { terms, type Term } from './terms.js'
import { add, scale } from './build.js'
import { isFloat32 } from '../arguments/codecs.js'

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** Whether pictures contain only finite values; terms of weight 0 with bounded values are then dropped. Default: false. */
  readonly finite?: boolean
}

/**
 * Merges equal terms, sorts the rest, and drops names, which do not affect the value.
 *
 * A term whose weights add up to 0 stays with weight 0, because 0 * NaN and 0 * infinity are not 0. With `finite` it is dropped if its laws bound its value,
 * so that it can only be 0.
 *
 * @example show(normalize(sum(weighted(2, mse(pixels)), mae(pixels), mse(pixels)))) // sum(mae(pixels), weighted(3, mse(pixels)))
 */
export const normalize = <L extends string, R extends string>(loss: Loss<L, R>, options: NormalizeOptions = {}): Loss<L, R> => {
  checkOptions('normalize', options, { finite: aSwitch })
  const { finite = false } = options
  const merged = grouped(terms(loss)).flatMap(merge)
  const kept = finite ? merged.filter(({ weight, leaf }) => weight !== 0 || !laws(leaf).bounded) : merged
  return add(kept.map(({ weight, leaf }) => scale(weight, leaf))) as Loss<L, R>
}

/** A leaf and all its weights. */
export interface Group {
  readonly leaf: Leaf<string, string>
  /** Ascending. */
  readonly weights: readonly number[]
}

/** The terms by their leaf, sorted, so that the order of addition does not depend on how the loss was written. */
export const grouped = (all: readonly Term[]): readonly Group[] => {
  const sorted = [...all].sort((a, b) => compareLosses(a.leaf, b.leaf) || a.weight - b.weight)
  const groups: { leaf: Leaf<string, string>; weights: number[] }[] = []
  for (const { leaf, weight } of sorted) {
    const last = groups.at(-1)
    if (last !== undefined && sameLoss(last.leaf, leaf)) last.weights.push(weight)
    else groups.push({ leaf, weights: [weight] })
  }
  return groups
}

/** The total weight of a leaf. */
export const total = ({ weights }: Group): number => weights.reduce((sum, weight) => sum + weight, 0)

/** One term for a group; several if their sum overflows float32. */
const merge = (group: Group): readonly Pick<Term, 'leaf' | 'weight'>[] => {
  const weight = total(group)
  return isFloat32(weight) ? [{ leaf: group.leaf, weight }] : group.weights.map((each) => ({ leaf: group.leaf, weight: each }))
}
