import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { References } from './references.js'

/** The terms of a prediction. */
export interface TermValues {
  /** [batch] for each term, unweighted, before the mark is added. */
  readonly values: readonly Tensor1D[]
  /** [batch]: NaN for each sample with an image or mask that is not finite, 0 for the others; undefined where the values show it. */
  readonly mark: Tensor1D | undefined
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
