/**
 * Checks the inputs of a compiled loss before any work: image batches, references and masks by name, and whether their features fit.
 *
 * Sizes are checked again only when they change.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { isPlainRecord } from '../arguments/checkOptions.js'
import { throwProblem } from '../errors/lossException.js'
import { isLeft } from '../errors/either.js'
import { type LossError } from '../errors/lossError.js'
import type { Shape } from '../errors/shape.js'
import type { AnyExtractor } from '../language/extractor.js'
import { TARGET } from '../language/loss.js'
import { withNeededSide } from '../plan/neededSide.js'
import { comparedBy, maskLimit, referencePosition, type Plan } from '../plan/plan.js'
import { sideShapes, termProblem, type FeatureShapes } from '../plan/shapes.js'
import { imagesProblem } from '../tensors/checkImages.js'
import { maskProblem, maskSizeProblem, maskValuesProblem } from '../tensors/checkMasks.js'
import { rangeWarning } from './rangeWarning.js'
import { getOrThrow, LossException } from '../errors/lossException.js'
import { valuesProblem, type Range } from '../tensors/valueRange.js'

/** Checked references and masks, in the plan's order. */
export interface CheckedReferences {
  readonly images: readonly Tensor4D[]
  readonly masks: readonly Tensor4D[]
}

/** The checks for one plan; each throws a LossException. */
export interface InputChecks {
  /** The references and masks the plan needs, from the target alone or a record of names. */
  readonly references: (given: unknown) => CheckedReferences
  /** Throws if a reference is too small, before there is a prediction. */
  readonly referenceSizes: (references: readonly Tensor4D[]) => void
  /** A prediction that fits these references. */
  readonly prediction: (value: unknown, references: CheckedReferences) => Tensor4D
}

/** How the images are read. */
export interface CheckOptions {
  readonly range: Range
  /** Whether values are read back and checked. */
  readonly checked: boolean
  /** Whether the first call warns of values outside the range. */
  readonly warns: boolean
}

/** The checks for a plan over an extractor. */
export const inputChecks = (plan: Plan, extractor: AnyExtractor | undefined, { range, checked, warns }: CheckOptions): InputChecks => {
  const warn = warns ? rangeWarning(range) : () => undefined
  const checkFit = whenShapesChange(plan, extractor)
  const imagesOf = (name: string, value: unknown): Tensor4D => {
    throwProblem(imagesProblem(name, value) ?? (checked ? valuesProblem(name, value as Tensor, range) : undefined))
    return value as Tensor4D
  }
  const maskOf = (name: string, value: unknown): Tensor4D => {
    const upTo = maskLimit(plan, name)
    throwProblem(maskProblem(name, value, upTo) ?? (checked ? maskValuesProblem(name, value as Tensor, upTo) : undefined))
    return value as Tensor4D
  }
  return {
    references: (given) => {
      const byName = tensorsByName(given)
      const names = Object.keys(byName)
      const images = plan.references.map(({ name }) => imagesOf(name, own(byName, name) ?? missing({ _tag: 'MissingReference', name, given: names })))
      const masks = plan.masks.map((name) => maskOf(name, own(byName, name) ?? missing({ _tag: 'MissingMask', name, given: names })))
      return { images, masks }
    },
    referenceSizes: (images) => {
      plan.references.forEach((side, i) => getOrThrow(sideShapes(plan, extractor, side, side.name, images[i]?.shape ?? [])))
    },
    prediction: (value, { images, masks }) => {
      const prediction = imagesOf('prediction', value)
      checkFit(prediction.shape, images.map(shapeOf), masks.map(shapeOf))
      warn({ prediction, ...Object.fromEntries(images.map((tensor, i) => [plan.references[i]?.name ?? '', tensor])) })
      return prediction
    },
  }
}

const missing = (problem: LossError): never => {
  throw new LossException(problem)
}

const shapeOf = ({ shape }: Tensor): Shape => shape

/** The given tensors by name: a tensor alone is the target. */
const tensorsByName = (given: unknown): Readonly<Record<string, unknown>> =>
  isPlainRecord(given) ? given : given === undefined || given === null ? {} : { [TARGET]: given }

/** The record's own value, not one that every object inherits, such as `constructor`. */
const own = (record: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined)

type FitCheck = (prediction: Shape, references: readonly Shape[], masks: readonly Shape[]) => void

/** Checks that pictures and masks of these shapes fit together, unless they are those that passed last. */
const whenShapesChange = (plan: Plan, extractor: AnyExtractor | undefined): FitCheck => {
  let passed = ''
  return (prediction, references, masks) => {
    const key = `${prediction.join()};${references.join(';')};${masks.join(';')}`
    if (key === passed) return
    const problem = fitProblem(plan, extractor, prediction, references)
    if (problem !== undefined) throw new LossException(withNeededSide(problem, prediction.slice(1, 3), fitsSquare(plan, extractor)))
    throwProblem(masksProblem(plan, prediction, masks))
    passed = key
  }
}

/** Whether square pictures of this side fit. */
const fitsSquare =
  (plan: Plan, extractor: AnyExtractor | undefined) =>
  (side: number): boolean => {
    const shape = [1, side, side, 3]
    return fitProblem(plan, extractor, shape, plan.references.map(() => shape)) === undefined // prettier-ignore
  }

const fitProblem = (plan: Plan, extractor: AnyExtractor | undefined, prediction: Shape, references: readonly Shape[]): LossError | undefined => {
  const predicted = sideShapes(plan, extractor, plan.prediction, 'prediction', prediction)
  if (isLeft(predicted)) return predicted.left
  const sides = plan.references.map((side, i) => sideShapes(plan, extractor, side, side.name, references[i] ?? []))
  const unfit = sides.find(isLeft)
  if (unfit !== undefined) return unfit.left
  return batchProblem(plan, prediction, references) ?? termsProblem(plan, predicted.right, sides.map(getOrThrow)) // prettier-ignore
}

const batchProblem = (plan: Plan, prediction: Shape, references: readonly Shape[]): LossError | undefined => {
  const batch = prediction[0] ?? 0
  const at = references.findIndex(([size]) => size !== 1 && size !== batch)
  const name = plan.references[at]?.name
  return name === undefined ? undefined : { _tag: 'BatchMismatch', name, reference: references[at]?.[0] ?? 0, prediction: batch }
}

const masksProblem = (plan: Plan, prediction: Shape, masks: readonly Shape[]): LossError | undefined =>
  masks.map((mask, i) => maskSizeProblem(plan.masks[i] ?? '', mask, prediction)).find((problem) => problem !== undefined)

const termsProblem = (plan: Plan, prediction: FeatureShapes, references: readonly FeatureShapes[]): LossError | undefined => {
  for (const term of plan.terms) {
    const { by } = term
    const at = by._tag === 'Compare' ? referencePosition(plan, by.reference) : -1
    for (const feature of comparedBy(term)) {
      const problem = termProblem(term, prediction[feature] ?? [], references[at]?.[feature])
      if (problem !== undefined) return problem
    }
  }
  return undefined
}
