/**
 * The value of a term from the features of the references and the prediction. Built once, when a loss is compiled; a step calls closures and walks no tree.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../tensors/differentiable.js'
import { referencePosition, type Plan, type PlannedTerm } from '../plan/plan.js'
import { withSecondDerivatives } from '../tensors/secondDerivatives.js'
import { termProblem } from '../plan/shapes.js'
import type { Shape } from '../errors/shape.js'
import type { FeatureTable } from './features.js'
import { LossException } from '../errors/lossException.js'

/** The prediction whose features are compared: its shape, and the masks in the plan's order. */
export interface PredictionGiven {
  readonly shape: Shape
  readonly masks: readonly Tensor4D[]
}

/** The value of one term: [batch], unweighted. */
export type TermValue = (references: readonly FeatureTable[], prediction: FeatureTable, given: PredictionGiven) => Tensor1D

/** How to compute a term from features. */
export const termValue = (plan: Plan, term: PlannedTerm): TermValue => {
  const { by, feature } = term
  if (by._tag === 'Regularize') {
    const apply = by.regularizer.apply
    return (_references, prediction, { shape: [batch = 0] }) => {
      const input = requireFeatureTensor(term, prediction[feature])
      return requirePerSample(
        by.regularizer.id,
        withSecondDerivatives(
          () => [term.name],
          () => apply(input),
        ),
        batch,
      )
    }
  }
  const apply = by.metric.apply
  const pair = comparedPair(plan, term, by.reference)
  const besides = term.beside.map((feature) => comparedPair(plan, { ...term, feature }, by.reference))
  const { mask: needed } = by.metric
  const maskAt = needed === undefined ? -1 : plan.masks.indexOf(needed.name)
  return (references, prediction, { shape: [batch = 0, height = 0, width = 0], masks }) => {
    const mask = masks[maskAt]
    const [reference, input] = pair(references, prediction, batch)
    const beside = besides.map((other) => other(references, prediction, batch))
    return requirePerSample(
      by.metric.id,
      withSecondDerivatives(
        () => [term.name],
        () => apply(reference, input, { height, width, ...(mask === undefined ? {} : { mask }), ...(beside.length === 0 ? {} : { beside }) }),
      ),
      batch,
    )
  }
}

/** The features that a comparison compares: the reference's, one for each sample, and the prediction's. */
export const comparedPair = (plan: Plan, term: PlannedTerm, reference: string) => {
  const at = referencePosition(plan, reference)
  return (references: readonly FeatureTable[], prediction: FeatureTable, batch: number): readonly [reference: Tensor, prediction: Tensor] => {
    const input = requireFeatureTensor(term, prediction[term.feature])
    const compared = requireFeatureTensor(term, references[at]?.[term.feature])
    const problem = termProblem(term, input.shape, compared.shape)
    if (problem !== undefined) throw new LossException(problem)
    return [repeatForBatch(compared, batch), input]
  }
}

const requireFeatureTensor = (term: PlannedTerm, feature: Tensor | undefined): Tensor => {
  if (feature === undefined) throw new LossException({ _tag: 'WrongFeatureShape', term: term.name, received: [], reason: 'it was not computed' })
  return feature
}

/** A single reference repeated for the batch, so that metrics always receive equal shapes. */
export const repeatForBatch = (reference: Tensor, batch: number): Tensor =>
  reference.shape[0] === batch ? reference : tf.tile(reference, [batch, ...reference.shape.slice(1).map(() => 1)])

/** The value if it is one number per sample; throws otherwise. */
export const requirePerSample = (id: string, value: Tensor1D, batch: number): Tensor1D => {
  const shape: Shape = value.shape
  if (shape.length !== 1 || shape[0] !== batch) throw new LossException({ _tag: 'WrongResultShape', id, received: shape, expected: [batch] })
  return value
}

/** The weighted sum of the terms: [batch]; zero with a zero gradient if there are none. */
export const weightedSum = (terms: readonly PlannedTerm[], values: readonly Tensor1D[], images: Tensor4D): Tensor1D => {
  const weighted = values.map((value, i) => {
    const weight = terms[i]?.weight ?? 1
    return weight === 1 ? value : tf.mul<Tensor1D>(value, weight)
  })
  const [first, ...rest] = weighted
  return first === undefined ? zeroOf(images) : rest.reduce((sum, value) => tf.add<Tensor1D>(sum, value), first)
}

/** Zeros [batch] that are connected to the images, so that their gradient is zero rather than an error. */
const zeroOf = (images: Tensor4D): Tensor1D =>
  differentiable<Tensor1D>(images, (x, save) => {
    save([x])
    return { value: tf.zeros<tf.Rank.R1>([images.shape[0]]), gradient: (_dy, [saved = x]) => tf.zerosLike(saved) }
  })
