/**
 * How a plan is evaluated: first the references, then the terms of a prediction. `wholeImages` does it in one piece, `tiledEvaluation` tile by tile.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { onBackend } from '../tensors/backend.js'
import { withoutTape } from '../tensors/engine.js'
import type { FeatureTable } from './features.js'
import { addMarks, type NanMarker } from './nanMark.js'

/** References as constants, with what is computed from them before there is a prediction. */
export interface References {
  readonly images: readonly Tensor4D[]
  readonly masks: readonly Tensor4D[]
  /** [batch]: NaN for each sample with an image or mask that is not finite, 0 for the others. */
  readonly mark: Tensor1D
  /** One table per reference. */
  readonly features: readonly FeatureTable[]
}

/** The terms of a prediction. */
export interface TermValues {
  /** [batch] for each term, unweighted, before the mark is added. */
  readonly values: readonly Tensor1D[]
  /** [batch]: NaN for each sample with an image or mask that is not finite, 0 for the others. */
  readonly mark: Tensor1D
  /** The prediction that the values depend on. */
  readonly images: Tensor4D
}

/** An evaluation of a plan. */
export interface Evaluation {
  readonly references: (images: readonly Tensor4D[], masks: readonly Tensor4D[]) => References
  readonly terms: (references: References, prediction: Tensor4D) => TermValues
  /** [batch, height, width, 1] at the prediction's size. */
  readonly heatmap: (references: References, prediction: Tensor4D) => Tensor4D
}

/** References from their images: constants, so that gradients reach the prediction only. */
export const referencesFrom =
  (marker: NanMarker, compute: (images: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly FeatureTable[]): Evaluation['references'] =>
  (images, masks) =>
    onBackend(() =>
      withoutTape(() => {
        const [fixed, over] = [images.map((image) => tf.clone(image)), masks.map((mask) => tf.clone(mask))]
        return { images: fixed, masks: over, mark: addMarks([...fixed, ...over].map(marker)), features: compute(fixed, over) }
      }),
    )

/** Keeps references, whatever tidy is around, until `disposeReferences`. */
export const keepReferences = (make: () => References): References => {
  const keep = <T extends Tensor>(tensor: T): T => tf.keep(tf.clone(tensor))
  return withoutTape(() => {
    const { images, masks, mark, features } = make()
    return {
      images: images.map(keep),
      masks: masks.map(keep),
      mark: keep(mark),
      features: features.map((table) => table.map((feature) => (feature === undefined ? undefined : keep(feature)))),
    }
  })
}

/** Disposes of every tensor of the references. */
export const disposeReferences = ({ images, masks, mark, features }: References): void => {
  tf.dispose([...images, ...masks, mark, ...features.flatMap((table) => table.filter((feature) => feature !== undefined))])
}
