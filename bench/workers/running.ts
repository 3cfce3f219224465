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

/** A loss that was set up. Whoever runs it disposes of what came out. */
export interface Running {
  /** The value against the target looked at beforehand. */
  readonly prepared: (prediction: Tensor4D) => Scalar
  /** The value against the target, looked at anew. */
  readonly fresh: (prediction: Tensor4D) => Scalar
  /** 1 less the value of two pictures of RGBA bytes. */
  readonly similarity?: (target: Pixels, prediction: Pixels) => Scalar
  readonly dispose: () => void
  readonly planMilliseconds?: number
  readonly compileMilliseconds?: number
}

/** Sets a loss up on pictures. */
export type Setup = (loss: string, pictures: Pictures) => Promise<Running>
