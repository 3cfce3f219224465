import type { Tensor4D } from '@tensorflow/tfjs'

/** A convolution with frozen weights, put onto the backend; its tensors stay until `dispose`. */
export interface Convolver {
  /** Convolution + bias, then optionally ReLU. */
  readonly run: (x: Tensor4D, relu: boolean) => Tensor4D
  readonly dispose: () => void
}
