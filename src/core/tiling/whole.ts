/**
 * Computes the values of terms from finished totals.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { requirePerSample, termValue } from '../evaluate/termValue.js'
import type { Plan, PlannedTerm, Side } from '../plan/plan.js'
import type { Total, TilingPlan } from './totals.js'
import type { FeatureTable } from '../evaluate/features.js'

/** The sums of totals, in their order; undefined for one that no tile has. */
export type Sums = readonly (Tensor | undefined)[]

/** The features without positions of a side, from the sums of totals. */
export type Completion = (totals: readonly Total[], sums: Sums) => FeatureTable

/** How a side's totals become its features without positions. */
export const completion = (plan: Plan, { computed }: Side, { isWhole }: TilingPlan): Completion => {
  const makers = computed.filter(isWhole).flatMap((at) => {
    const feature = plan.features[at]
    return feature?._tag === 'Transformed' ? [{ at, of: feature.of, apply: feature.by.apply }] : []
  })
  return (totals, sums) => {
    const seen: (Tensor | undefined)[] = []
    const sumOf = new Map(totals.flatMap(({ becomes }, i) => ('feature' in becomes ? [[becomes.feature, sums[i]] as const] : [])))
    for (const { at, of, apply } of makers) {
      const sum = sumOf.get(at)
      const input = seen[of]
      seen[at] = sum ?? (input === undefined ? undefined : apply(input))
    }
    return seen
  }
}

/** The values of all terms, [terms, batch], from the sums of the prediction's totals and the references' features without positions. */
export type Finisher = (sums: Sums, wholes: readonly FeatureTable[], batch: number) => Tensor2D

/** How the prediction's totals become the values of terms. */
export const finisher = (plan: Plan, totals: readonly Total[], complete: Completion): Finisher => {
  const parts = partsByTerm(totals)
  const finishes = plan.terms.map((term, i) => termFinish(plan, term, parts.get(i) ?? []))
  return (sums, wholes, batch) => {
    const prediction = complete(totals, sums)
    return tf.stack(finishes.map((finish) => finish(sums, wholes, prediction, batch))) as Tensor2D
  }
}

/** The positions of each term's totals, by the term's position in the plan. */
const partsByTerm = (totals: readonly Total[]): ReadonlyMap<number, readonly number[]> => {
  const parts = new Map<number, number[]>()
  for (const [i, { becomes }] of totals.entries()) if ('term' in becomes) parts.set(becomes.term, [...(parts.get(becomes.term) ?? []), i])
  return parts
}

type TermFinish = (sums: Sums, wholes: readonly FeatureTable[], prediction: FeatureTable, batch: number) => Tensor1D

const termFinish = (plan: Plan, term: PlannedTerm, parts: readonly number[]): TermFinish => {
  if (parts.length === 0) {
    const run = termValue(plan, term)
    return (_sums, wholes, prediction, batch) => run(wholes, prediction, { shape: [batch], masks: [] })
  }
  const { id, tiling } = term.by._tag === 'Compare' ? term.by.metric : term.by.regularizer
  const finish = (typeof tiling === 'object' && 'parts' in tiling ? tiling.finish : undefined) ?? added
  return (sums, _wholes, _prediction, batch) => requirePerSample(id, finish(parts.map((i) => sums[i] ?? tf.zeros([batch]))), batch)
}

const added = ([first, ...rest]: readonly Tensor[]): Tensor1D => rest.reduce<Tensor1D>((sum, part) => tf.add(sum, part), first as Tensor1D)
