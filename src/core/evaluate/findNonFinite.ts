/**
 * Finds where non-finite values arise: the first layer, transform, term or gradient that produces them from finite inputs. For `checked` losses: every
 * tensor is read back.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../tensors/differentiable.js'
import type { TermValue } from './termValue.js'
import type { AnyExtractor, Input } from '../language/extractor.js'
import type { Tap } from '../language/feature.js'
import { comparedBy, featureNames, tapOf, type Plan, type PlannedTerm } from '../plan/plan.js'
import type { ComputeFeatures, OnFeature } from './features.js'
import { LossException } from '../errors/lossException.js'

/** Checks while a loss is computed; each throws `NotFiniteInside`. */
export interface NonFiniteChecks {
  /** Features. */
  readonly onFeature: OnFeature
  /** Checks a term's value, and its gradient in its feature. */
  readonly ofTerm: (term: PlannedTerm) => (run: TermValue) => TermValue
  /** The gradient in the pictures. */
  readonly ofFeatures: (look: ComputeFeatures) => ComputeFeatures
}

/** The checks for a plan over an extractor. */
export const nonFiniteChecks = (plan: Plan, extractor: AnyExtractor | undefined, input: Input): NonFiniteChecks => {
  const names = featureNames(plan)
  return {
    onFeature: (name, at, value, images) => {
      if (value === undefined || countNonFinite(value) === 0) return
      const [feature, what] = [plan.features[at], `${names[at] ?? ''} of '${name}'`]
      const tap = tapOf(plan, at)
      if (feature?._tag === 'Transformed') fail(what, value, `the transform ${feature.by.id} produces them`)
      if (tap !== undefined && extractor !== undefined)
        fail(what, value, `the layer ${firstNonFiniteLayer(extractor, images, tap, input)} of ${extractor.name} is the first that produces them`)
      fail(what, value, 'the pictures contain them')
    },
    ofTerm: (term) => (run) => (references, prediction, given) => {
      const { name, by } = term
      const compared = comparedBy(term)
      const maker = by._tag === 'Compare' ? `the metric ${by.metric.id}` : `the regularizer ${by.regularizer.id}`
      const watched = prediction.map((tensor, at) =>
        tensor === undefined || !compared.includes(at)
          ? tensor
          : watchGradient(tensor, (gradient) =>
              check(`The gradient of the term ${name} in ${names[at] ?? ''} of 'prediction'`, gradient, `${maker} produces them in the backward pass`),
            ),
      )
      const value = run(references, watched, given)
      check(`The term ${name}`, value, `${maker} produces them`)
      return value
    },
    ofFeatures: (compute) => (images, masks) =>
      compute(
        watchGradient(images, (gradient) =>
          check("The gradient in 'prediction'", gradient, 'the features produce them in the backward pass, because the gradients of the terms are finite'),
        ),
        masks,
      ),
  }
}

/** The number of non-finite values. */
const countNonFinite = (tensor: Tensor): number => tensor.dataSync<'float32'>().reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0)

const check = (what: string, tensor: Tensor, reason: string): void => {
  if (countNonFinite(tensor) > 0) fail(what, tensor, reason)
}

const fail = (what: string, tensor: Tensor, reason: string): never => {
  throw new LossException({ _tag: 'NotFiniteInside', what, count: countNonFinite(tensor), size: tensor.size, reason })
}

/** The same tensor; `look` receives its gradient in the backward pass. */
const watchGradient = <T extends Tensor>(x: T, look: (gradient: Tensor) => void): T =>
  differentiable<T>(x, (input) => ({
    value: tf.clone(input) as T,
    gradient: (dy) => {
      look(dy)
      return tf.clone(dy)
    },
  }))

/** The shallowest layer that produces them; the tap's own if none before it does. */
const firstNonFiniteLayer = (extractor: AnyExtractor, images: Tensor4D, tap: Tap, input: Input): string => {
  const before = extractor.layers.slice(0, extractor.layers.indexOf(tap.layer))
  const gives = (layer: string): boolean => {
    const resolved = extractor.resolve({ ...tap, layer, activation: 'post' })
    if (resolved === undefined || 'reason' in resolved) return false
    return tf.tidy(() => extractor.features(images, [resolved], input).some((value) => countNonFinite(value) > 0))
  }
  return before.find(gives) ?? tap.layer
}
