/** References as constants, and what is computed from them once. */
import type { Tensor4D, Tensor1D, Tensor } from '@tensorflow/tfjs'
import type { FeatureTable } from './features.js'
import { type NanMarker, addMarks } from './propagateNaN.js'
import { onBackend } from '../tensors/backend.js'
import { withoutTape } from '../tensors/engine.js'
import * as tf from '@tensorflow/tfjs'

/** References as constants, with what is computed from them before there is a prediction. */
export interface References {
  readonly images: readonly Tensor4D[]
  readonly masks: readonly Tensor4D[]
  /** [batch]: NaN for each sample with an image or mask that is not finite, 0 for the others; undefined where the terms' values show it. */
  readonly mark: Tensor1D | undefined
  /** One table per reference. */
  readonly features: readonly FeatureTable[]
}

/** References from their images: constants, so that gradients reach the prediction only. */
export const referencesFrom =
  (
    marker: NanMarker | undefined,
    compute: (images: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly FeatureTable[],
  ): ((images: readonly Tensor4D[], masks: readonly Tensor4D[]) => References) =>
  (images, masks) =>
    onBackend(() =>
      withoutTape(() => {
        const [fixed, over] = [images.map((image) => tf.clone(image)), masks.map((mask) => tf.clone(mask))]
        return {
          images: fixed,
          masks: over,
          mark: marker === undefined ? undefined : addMarks([...fixed, ...over].map(marker)),
          features: compute(fixed, over),
        }
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
      mark: mark === undefined ? undefined : keep(mark),
      features: features.map((table) => table.map((feature) => (feature === undefined ? undefined : keep(feature)))),
    }
  })
}

/** Disposes of every tensor of the references. */
export const disposeReferences = ({ images, masks, mark, features }: References): void => {
  tf.dispose([...images, ...masks, ...(mark === undefined ? [] : [mark]), ...features.flatMap((table) => table.filter((feature) => feature !== undefined))])
}
