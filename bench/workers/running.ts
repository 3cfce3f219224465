/**
 * How a tfjs worker runs a workload.
 */
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import type { Pixels } from '../../src/node/decodedPicture.js'

/** Two pictures, [batch, side, side, 3] in [0, 1]. */
export interface Pictures {
  readonly target: Tensor4D
  readonly prediction: Tensor4D
}

/** A loss that was set up. The caller disposes of the results. */
export interface Running {
  /** The value with the prepared target. */
  readonly prepared: (prediction: Tensor4D) => Scalar
  /** The value, with the target's features computed again. */
  readonly fresh: (prediction: Tensor4D) => Scalar
  /** 1 minus the value of two pictures of RGBA bytes. */
  readonly similarity?: (target: Pixels, prediction: Pixels) => Scalar
  readonly dispose: () => void
  readonly planMilliseconds?: number
  readonly compileMilliseconds?: number
}

/** Sets a loss up on pictures. */
export type Setup = (loss: string, pictures: Pictures) => Promise<Running>
