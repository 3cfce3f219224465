/**
 * The difference between two losses, term by term.
 *
 * Laws: `diff(a, a)` is empty; `diff(a, b)` is empty where, and only where, a and b have the same normal form; `diff(b, a)` is `diff(a, b)` with what was added and
 * removed exchanged, and each change turned round.
 */
import { aRecordOf, checkArgument } from '../arguments/guards.js'
import { leafKeys } from './distinct.js'
import { type AnyLoss, type Leaf } from './loss.js'
import { grouped, total } from './normalize.js'
import { show } from './show.js'
import { terms } from './terms.js'
import { scale } from './build.js'

/** A term with its weight. */
export interface WeightedLeaf {
  readonly leaf: Leaf<string, string>
  readonly weight: number
}

/** A term whose weight changed. */
export interface Reweighted {
  readonly leaf: Leaf<string, string>
  readonly from: number
  readonly to: number
}

/** The added, removed and reweighted terms. */
export interface LossDiff {
  readonly added: readonly WeightedLeaf[]
  readonly removed: readonly WeightedLeaf[]
  readonly reweighted: readonly Reweighted[]
}

/**
 * Returns the terms that were added, removed and reweighted from one loss to another. Equal terms are merged first, and names are ignored.
 *
 * @throws LossException `BadWeight` for a product of weights that is not finite.
 * @example diffLosses(mse(pixels), weighted(2, mse(pixels))).reweighted // [{ leaf: mse(pixels), from: 1, to: 2 }]
 */
export const diffLosses = (from: AnyLoss, to: AnyLoss): LossDiff => {
  const [before, after] = [weighed(from), weighed(to)]
  const key = leafKeys()
  const weights = (all: readonly WeightedLeaf[]): ReadonlyMap<string, number> => new Map(all.map(({ leaf, weight }) => [key(leaf), weight]))
  const [then, now] = [weights(before), weights(after)]
  const reweighted = before.flatMap(({ leaf, weight }) => {
    const to = now.get(key(leaf))
    return to === undefined || to === weight ? [] : [{ leaf, from: weight, to }]
  })
  return { added: after.filter(({ leaf }) => !then.has(key(leaf))), removed: before.filter(({ leaf }) => !now.has(key(leaf))), reweighted }
}

const weighed = (loss: AnyLoss): readonly WeightedLeaf[] => grouped(terms(loss)).map((group) => ({ leaf: group.leaf, weight: total(group) }))

/**
 * A difference as text, one line per term: `-` for removed, `+` for added and `~` for reweighted terms; empty for no difference.
 *
 * @example showDiff(diffLosses(mse(pixels), sum(weighted(2, mse(pixels)), mae(pixels)))) // "+ mae(pixels)\n~ mse(pixels): 1 -> 2"
 */
export const showDiff = (changes: LossDiff): string => {
  checkArgument('The argument of showDiff', changes, aRecordOf('the result of diffLosses', 'added', 'removed', 'reweighted'))
  const { added, removed, reweighted } = changes
  return [
    ...removed.map(({ leaf, weight }) => `- ${show(scale(weight, leaf))}`),
    ...added.map(({ leaf, weight }) => `+ ${show(scale(weight, leaf))}`),
    ...reweighted.map(({ leaf, from, to }) => `~ ${show(leaf)}: ${String(from)} -> ${String(to)}`),
  ].join('\n')
}
