/**
 * The normal form of a loss: a sum of distinct terms in order, each with one weight.
 *
 * Laws: the value and the gradient are the same, but for rounding where weights were added; the normal form of a normal form is itself; losses that differ by the
 * laws of the algebra, the order of their terms or their names alone have the same normal form.
 */
import { aSwitch, checkOptions } from '../arguments/guards.js'
import { sameLoss } from './equality.js'
import { laws } from './laws.js'
import { type Leaf, type Loss } from './loss.js'
import { compareLosses } from './order.js'
import { terms, type Term } from './terms.js'
import { add, scale } from './build.js'
import { isFloat32 } from '../arguments/codecs.js'

/** How `normalize` takes the pictures. */
export interface NormalizeOptions {
  /** Whether pictures are known to have no NaN or infinity: terms of weight 0 whose value is bounded are then dropped; false. */
  readonly finite?: boolean
}

/**
 * Merges equal terms, puts the rest in order, and forgets names, which change no value.
 *
 * A term whose weights add up to 0 stays, with the weight 0: for 0 * NaN is not 0, nor is 0 * infinity. With `finite` it goes where its laws say that it is bounded,
 * so that it could not have been anything but 0.
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

/** A leaf and all that it weighs. */
export interface Group {
  readonly leaf: Leaf<string, string>
  /** Ascending. */
  readonly weights: readonly number[]
}

/** The terms by their leaf, in order: what is added is added in the same order, whatever the order in which it was written. */
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

/** What a leaf weighs in all. */
export const total = ({ weights }: Group): number => weights.reduce((sum, weight) => sum + weight, 0)

/** One term of a group; several where float32 cannot hold their sum. */
const merge = (group: Group): readonly Pick<Term, 'leaf' | 'weight'>[] => {
  const weight = total(group)
  return isFloat32(weight) ? [{ leaf: group.leaf, weight }] : group.weights.map((each) => ({ leaf: group.leaf, weight: each }))
}
