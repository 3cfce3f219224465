/** The values of a loss by the outermost names of its terms, such as MSE, LPIPS and DISTS. */
import type { BreakdownRow } from 'perceptual-loss'
import type { TermJson } from './terms.js'

/** What the terms of each name add up to, in their order; terms without a name are left out. */
export const namedSums = (terms: readonly TermJson[], rows: readonly BreakdownRow[]): readonly (readonly [string, number])[] => {
  const sums = new Map<string, number>()
  terms.forEach(({ names: [name] }, i) => {
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + (rows[i]?.value ?? 0))
  })
  return [...sums]
}
