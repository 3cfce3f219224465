/**
 * The shapes of a plan's features, computed before any work, and whether they fit.
 */
import type { either as E } from 'fp-ts'
import { isLeft, left, right } from '../errors/either.js'
import type { LossError } from '../errors/lossError.js'
import type { AnyExtractor } from '../language/extractor.js'
import { sourceOf, tapOf, type Plan, type PlannedTerm, type Side } from './plan.js'
import { type Shape, elements } from '../errors/shape.js'

/** The most numbers that the transforms of one side may add: 2 GiB of float32. */
const MOST_ADDED = 2 ** 29

/** The shape of each feature that a side computes, by its position in the plan. */
export type FeatureShapes = readonly (Shape | undefined)[]

/** The shapes of a side's features for images of this shape; a Left if they are too small or a transform rejects them. */
export const sideShapes = (plan: Plan, extractor: AnyExtractor | undefined, side: Side, name: string, images: Shape): E.Either<LossError, FeatureShapes> => {
  const shapes: (Shape | undefined)[] = []
  let added = 0
  for (const at of side.computed) {
    const shape = featureShape(plan, extractor, at, name, images, shapes)
    if (isLeft(shape)) return shape
    shapes[at] = shape.right
    const feature = plan.features[at]
    if (feature?._tag !== 'Transformed') continue
    const input = shapes[feature.of] ?? images
    added += Math.max(0, elements(shape.right) - elements(input))
    if (!(added <= MOST_ADDED)) return left(tooLarge(feature.by.id, input, shape.right, added))
  }
  return right(shapes)
}

/** The error for a transform that enlarges the features of a side beyond the limit. */
const tooLarge = (term: string, received: Shape, output: Shape, added: number): LossError => ({
  _tag: 'WrongFeatureShape',
  term,
  received,
  reason: `its output would be [${output.join(', ')}]; the transforms of this loss would add ${gibibytes(added)} GiB to the picture, expected at most ${gibibytes(MOST_ADDED)} GiB. Use a smaller scale or a smaller picture`,
})

const gibibytes = (numbers: number): string => String(Math.ceil((40 * numbers) / 2 ** 30) / 10)

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
    return typeof output === 'string' ? left({ _tag: 'WrongFeatureShape', term: feature.by.id, received: input, reason: output }) : right(output)
  }
  const tap = tapOf(plan, at)
  if (tap === undefined || extractor === undefined) return right(images)
  const source = feature === undefined ? undefined : sourceOf(feature)
  const looked = source === undefined ? images : (known[source] ?? images)
  if (!isPictureShape(looked)) return left({ _tag: 'WrongFeatureShape', term: tap.layer, received: looked, reason: PICTURE })
  const shape = extractor.shapeOf([...looked.slice(0, 3), RGB], tap)
  if ('minimum' in shape) return left({ _tag: 'TooSmall', name, size: looked.slice(1), layer: tap.layer, minimum: shape.minimum })
  return 'reason' in shape ? left({ _tag: 'UnfitSize', name, size: looked.slice(1), layer: tap.layer, reason: shape.reason }) : right(shape)
}

const RGB = 3
const PICTURE = 'a network looks at pictures, [batch, height, width, 3], or grey ones, [batch, height, width, 1]'

const isPictureShape = ({ length, 3: channels }: Shape): boolean => length === 4 && (channels === RGB || channels === 1)

/** Why a term does not accept these features, or undefined. A reference may be a single one for the whole batch. */
export const termProblem = (term: PlannedTerm, prediction: Shape, reference: Shape | undefined): LossError | undefined => {
  const by = term.by._tag === 'Compare' ? term.by.metric : term.by.regularizer
  const reason = by.accepts(prediction)
  if (reason !== undefined) return { _tag: 'WrongFeatureShape', term: term.name, received: prediction, reason }
  if (term.by._tag === 'Regularize' || reference === undefined || sameSample(prediction, reference)) return undefined
  return { _tag: 'FeaturesDiffer', term: term.name, name: term.by.reference, reference, prediction }
}

const sameSample = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => i === 0 || size === b[i])
