/**
 * Evaluates a plan on whole images: the features of the prediction and of the references, each once, then every term.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { AnyExtractor, Input } from '../language/extractor.js'
import type { Plan } from '../plan/plan.js'
import { onBackend } from '../tensors/backend.js'
import { withoutTape } from '../tensors/engine.js'
import { type Evaluation } from './evaluation.js'
import { featureComputer } from './features.js'
import { heatmapOf } from './heatmap.js'
import { addMarks, markGradient, markValue, nanMarker, showsNonFinite } from './propagateNaN.js'
import { nonFiniteChecks } from './findNonFinite.js'
import { referenceFeatures } from './referenceFeatures.js'
import { termValue } from './termValue.js'
import { referencesFrom, type References } from './references.js'
import type { Range } from '../tensors/valueRange.js'

/** How the images are read, and whether every tensor is checked for NaN and infinite values. */
export interface WholeImageOptions {
  readonly range: Range
  readonly input: Input
  readonly checked: boolean
}

/** The evaluation of a plan over an extractor. */
export const wholeImages = (plan: Plan, extractor: AnyExtractor | undefined, { range, input, checked }: WholeImageOptions): Evaluation => {
  const checks = checked ? nonFiniteChecks(plan, extractor, input) : undefined
  const options = { range, input, ...(checks === undefined ? {} : { onFeature: checks.onFeature }) }
  const features = (checks?.ofFeatures ?? same)(featureComputer(plan, plan.prediction, extractor, options))
  const references = referenceFeatures(plan, extractor, options)
  const values = plan.terms.map((term) => (checks?.ofTerm(term) ?? same)(termValue(plan, term)))
  const marker = nanMarker(plan)
  const shown = showsNonFinite(plan)
  const markOf = (prediction: Tensor4D, { mark, images, masks }: References): Tensor1D =>
    withoutTape(() => addMarks([marker(prediction), ...(mark === undefined ? [...images, ...masks].map(marker) : [mark])]))
  const marked = shown ? markValue : same
  return {
    references: referencesFrom(shown ? undefined : marker, references.constant),
    terms: (given, prediction) =>
      onBackend(() => {
        const mark = shown ? undefined : markOf(prediction, given)
        const images = mark === undefined ? prediction : markGradient(prediction, mark)
        const predicted = features(images, given.masks)
        const compared = references.all(given)
        const { shape } = images
        return { images, mark, values: values.map((value) => marked(value(compared, predicted, { shape, masks: given.masks }))) }
      }),
    heatmap: (given, prediction) =>
      onBackend(() => {
        const heat = heatmapOf(plan, { ...given, features: references.all(given) }, prediction, features, values)
        return tf.add(heat, tf.reshape(markOf(prediction, given), [-1, 1, 1, 1]))
      }),
  }
}

const same = <A>(value: A): A => value
