/**
 * What a compiled loss lets in: image batches that are what they should be and features that fit, checked before any work.
 *
 * Sizes are worked out anew only when they change.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { isLeft } from '../errors/either.js'
import { getOrThrow, LossException, type LossError } from '../errors/error.js'
import type { AnyExtractor } from '../language/extractor.js'
import { imagesProblem, valuesProblem, type Range } from '../tensors/images.js'
import { maskProblem, maskSizeProblem, maskValuesProblem } from '../tensors/masks.js'
import { withNeededSide } from '../plan/neededSide.js'
import { TARGET } from '../language/loss.js'
import { referencePosition, type Plan } from '../plan/plan.js'
import { sideShapes, termProblem, type FeatureShapes } from '../plan/shapes.js'
import type { Shape } from '../errors/shape.js'
import { isPlainRecord } from '../arguments/accepted.js'

/** Checks for one plan. */
export interface Admission {
  readonly prediction: (value: unknown) => Tensor4D
  /** The references that the plan needs, in its order, from the target alone or a record of names. */
  readonly references: (given: unknown) => readonly Tensor4D[]
  /** The masks that the plan needs, in its order, from a record of names. */
  readonly masks: (given: unknown) => readonly Tensor4D[]
  /** Throws where references of these shapes are too small, before there is a prediction. */
  readonly fitReferences: (references: readonly Shape[]) => void
  /** Throws where a term cannot compare pictures of these shapes, or masks are of another size than the prediction. */
  readonly fit: (prediction: Shape, references: readonly Shape[], masks: readonly Shape[]) => void
}

/** The checks for a plan over an extractor; `checked` reads values back, too. */
export const admission = (plan: Plan, extractor: AnyExtractor | undefined, range: Range, checked: boolean): Admission => {
  const images = (name: string, value: unknown): Tensor4D => {
    const problem = imagesProblem(name, value) ?? (checked ? valuesProblem(name, value as Tensor, range) : undefined)
    if (problem !== undefined) throw new LossException(problem)
    return value as Tensor4D
  }
  const mask = (name: string, value: unknown): Tensor4D => {
    const problem = maskProblem(name, value) ?? (checked ? maskValuesProblem(name, value as Tensor) : undefined)
    if (problem !== undefined) throw new LossException(problem)
    return value as Tensor4D
  }
  const fitsSquare = (side: number): boolean => {
    const shape = [1, side, side, 3]
    return fitProblem(plan, extractor, shape, plan.references.map(() => shape)) === undefined // prettier-ignore
  }
  return {
    prediction: (value) => images('prediction', value),
    references: (given) => {
      const byName = named(given)
      return plan.references.map(({ name }) => {
        const given = own(byName, name)
        if (given === undefined) throw new LossException({ _tag: 'MissingReference', name, given: Object.keys(byName) })
        return images(name, given)
      })
    },
    masks: (given) => {
      const byName = named(given)
      return plan.masks.map((name) => {
        const given = own(byName, name)
        if (given === undefined) throw new LossException({ _tag: 'MissingMask', name, given: Object.keys(byName) })
        return mask(name, given)
      })
    },
    fitReferences: (references) => void referenceShapes(plan, extractor, references),
    fit: whenChanged((prediction, references, masks) => {
      const problem = fitProblem(plan, extractor, prediction, references)
      if (problem !== undefined) throw new LossException(withNeededSide(problem, prediction.slice(1, 3), fitsSquare))
      const masked = masksProblem(plan, prediction, masks)
      if (masked !== undefined) throw new LossException(masked)
    }),
  }
}

/** The tensors given, by name: what is no record of them stands for the target. */
const named = (given: unknown): Readonly<Record<string, unknown>> =>
  isPlainRecord(given) ? given : given === undefined || given === null ? {} : { [TARGET]: given }

/** What a record itself has by this name: not what every object inherits, such as `constructor`. */
const own = (record: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined)

/** Runs a check again only when the shapes differ from those that passed last. */
const whenChanged = (check: Admission['fit']): Admission['fit'] => {
  let passed = ''
  return (prediction, references, masks) => {
    const key = `${prediction.join()};${references.join(';')};${masks.join(';')}`
    if (key === passed) return
    check(prediction, references, masks)
    passed = key
  }
}

const fitProblem = (plan: Plan, extractor: AnyExtractor | undefined, prediction: Shape, references: readonly Shape[]): LossError | undefined => {
  const seen = sideShapes(plan, extractor, plan.prediction, 'prediction', prediction)
  if (isLeft(seen)) return seen.left
  const sides = plan.references.map((side, i) => sideShapes(plan, extractor, side, side.name, references[i] ?? []))
  const unfit = sides.find(isLeft)
  if (unfit !== undefined) return unfit.left
  return batchProblem(plan, prediction, references) ?? termsProblem(plan, seen.right, sides.map(getOrThrow)) // prettier-ignore
}

const referenceShapes = (plan: Plan, extractor: AnyExtractor | undefined, references: readonly Shape[]): readonly FeatureShapes[] =>
  plan.references.map((side, i) => getOrThrow(sideShapes(plan, extractor, side, side.name, references[i] ?? [])))

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
    const { by, feature } = term
    const at = by._tag === 'Compare' ? referencePosition(plan, by.reference) : -1
    const problem = termProblem(term, prediction[feature] ?? [], references[at]?.[feature])
    if (problem !== undefined) return problem
  }
  return undefined
}
