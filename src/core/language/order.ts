/**
 * A total order of losses, consistent with their equality: `compareLosses(a, b)` is 0 for equal losses, and only for them.
 *
 * By the text that `show` gives; two definitions that share an id (of two third parties) come in the order in which they were first compared.
 */
import { foldFeature, foldLoss } from './fold.js'
import type { AnyFeature } from './feature.js'
import { featuresOf, type AnyLoss } from './loss.js'
import { show } from './show.js'

/** -1, 0 or 1: whether a comes before b, equals it, or comes after it. */
export const compareLosses = (a: AnyLoss, b: AnyLoss): -1 | 0 | 1 => {
  if (a === b) return 0
  const [left, right] = [show(a), show(b)]
  return left === right ? compareRanks(ranks(a), ranks(b)) : left < right ? -1 : 1
}

const compareRanks = (a: readonly number[], b: readonly number[]): -1 | 0 | 1 => {
  const at = a.findIndex((rank, i) => rank !== b[i])
  if (at < 0) return 0
  return (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1
}

/** The order in which definitions were first compared. */
const seen = new WeakMap<object, number>()
let count = 0

const rankOf = (definition: object): number => {
  const known = seen.get(definition)
  if (known !== undefined) return known
  count += 1
  seen.set(definition, count)
  return count
}

const featureRanks: (feature: AnyFeature) => readonly number[] = foldFeature<readonly number[]>({
  pixels: () => [],
  layer: (_, of = []) => of,
  transformed: (of, { by }) => [rankOf(by.definition), ...of],
})

/** The ranks of a loss's definitions, as they stand in its text. */
const ranks: (loss: AnyLoss) => readonly number[] = foldLoss<readonly number[]>({
  compare: (leaf) => [rankOf(leaf.metric.definition), ...featuresOf(leaf).flatMap(featureRanks)],
  regularize: ({ regularizer, feature }) => [rankOf(regularizer.definition), ...featureRanks(feature)],
  weighted: (of) => of,
  sum: (of) => of.flat(),
  named: (of) => of,
})
