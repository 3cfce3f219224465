/**
 * The sizes that a plan's features will have, known before any work, and whether they fit.
 */
import { either as E } from 'fp-ts'
import type { LossError, Shape } from './error.js'
import type { AnyExtractor } from './extractor.js'
import type { Plan, PlannedTerm, Side } from './plan.js'

/** How many numbers a tensor of this shape has. */
export const elements = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** The shape of each feature that a side computes, by its position in the plan. */
export type FeatureShapes = readonly (Shape | undefined)[]

/** The shapes that a side's features will have for images of this shape; a Left where they are too small or a transform refuses. */
export const sideShapes = (plan: Plan, extractor: AnyExtractor | undefined, side: Side, name: string, images: Shape): E.Either<LossError, FeatureShapes> => {
  const shapes: (Shape | undefined)[] = []
  for (const at of side.computed) {
    const shape = featureShape(plan, extractor, at, name, images, shapes)
    if (E.isLeft(shape)) return shape
    shapes[at] = shape.right
  }
  return E.right(shapes)
}

const featureShape = (
  plan: Plan,
  extractor: AnyExtractor | undefined,
  at: number,
  name: string,
  images: Shape,
  known: FeatureShapes,
): E.Either<LossError, Shape> => {
  const feature = plan.features[at]
  if (feature?._tag === 'Transformed') {
    const input = known[feature.of] ?? images
    const output = feature.by.shape(input)
    return typeof output === 'string' ? E.left({ _tag: 'WrongFeatureShape', term: feature.by.id, came: input, reason: output }) : E.right(output)
  }
  const tap = feature?._tag === 'Layer' ? plan.taps[feature.tap] : undefined
  if (tap === undefined || extractor === undefined) return E.right(images)
  const shape = extractor.shapeOf(images, tap)
  if ('minimum' in shape) return E.left({ _tag: 'TooSmall', name, size: images.slice(1), layer: tap.layer, minimum: shape.minimum })
  return 'reason' in shape ? E.left({ _tag: 'UnfitSize', name, size: images.slice(1), layer: tap.layer, reason: shape.reason }) : E.right(shape)
}

/** Why a term cannot look at these features, or undefined. A reference may be one for the whole batch. */
export const termProblem = (term: PlannedTerm, prediction: Shape, reference: Shape | undefined): LossError | undefined => {
  const by = term.by._tag === 'Compare' ? term.by.metric : term.by.regularizer
  const reason = by.accepts(prediction)
  if (reason !== undefined) return { _tag: 'WrongFeatureShape', term: term.name, came: prediction, reason }
  if (term.by._tag === 'Regularize' || reference === undefined || sameSample(prediction, reference)) return undefined
  return { _tag: 'FeaturesDiffer', term: term.name, name: term.by.reference, reference, prediction }
}

const sameSample = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => i === 0 || size === b[i])
