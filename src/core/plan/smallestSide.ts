/** The smallest square pictures that a loss is measured on. */
import { isRight } from '../errors/either.js'
import type { AnyExtractor } from '../language/extractor.js'
import { comparedBy, type Plan } from './plan.js'
import { sideShapes } from './shapes.js'

/** The first power of two from 64 on that is a side the plan accepts; networks halve it without a remainder. */
export const smallestSide = (plan: Plan, extractor: AnyExtractor | undefined): number => {
  const takes = (side: number): boolean => {
    const shapes = sideShapes(plan, extractor, plan.prediction, 'prediction', [1, side, side, 3])
    return (
      isRight(shapes) &&
      plan.terms.every((term) => {
        const by = term.by._tag === 'Compare' ? term.by.metric : term.by.regularizer
        return comparedBy(term).every((at) => by.accepts(shapes.right[at] ?? []) === undefined)
      })
    )
  }
  let side = 64
  while (side < 4096 && !takes(side)) side *= 2
  return side
}
