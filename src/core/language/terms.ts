/**
 * A loss as a flat list: each leaf with the product of the weights above it and the names around it.
 *
 * Law: the value of a loss is the sum over its terms of weight times the leaf's value.
 */
import { distinct, leafKeys } from './distinct.js'
import { foldLoss } from './fold.js'
import type { AnyLoss, Leaf } from './loss.js'

/** One leaf of a loss with its total weight. */
export interface Term {
  readonly leaf: Leaf<string, string>
  readonly weight: number
  /** The names around the leaf, outermost first. */
  readonly names: readonly string[]
}

type Down = (weight: number, names: readonly string[]) => readonly Term[]

const collect = foldLoss<Down>({
  compare: (leaf) => (weight, names) => [{ leaf, weight, names }],
  regularize: (leaf) => (weight, names) => [{ leaf, weight, names }],
  weighted: (of, loss) => (weight, names) => of(times(weight, loss.weight), names),
  sum: (of) => (weight, names) => of.flatMap((part) => part(weight, names)),
  named:
    (of, { name }) =>
    (weight, names) =>
      of(weight, [...names, name]),
})

const times = (a: number, b: number): number => (a * b === 0 ? 0 : a * b)

/** The terms of a loss, in the order in which they are written. */
export const terms = (loss: AnyLoss): readonly Term[] => collect(loss)(1, [])

/** The terms with equal leaves merged and their weights added; names are dropped. */
export const mergedTerms = (loss: AnyLoss): readonly Term[] => {
  const leaves = distinct<Leaf<string, string>>(leafKeys())
  const weights: number[] = []
  for (const { leaf, weight } of terms(loss)) {
    const at = leaves.position(leaf)
    weights[at] = (weights[at] ?? 0) + weight
  }
  return leaves.values.map((leaf, i) => ({ leaf, weight: weights[i] ?? 0, names: [] }))
}
