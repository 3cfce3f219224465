import type { Tensor4D } from '@tensorflow/tfjs'

/**
 * Some of the outputs: `size` rows and columns of them. The window of the first one starts `before` rows and columns ahead of the input, which are zeros; a negative number
 * starts it inside the input.
 */
export interface SomeOutputs {
  readonly size: readonly [down: number, across: number]
  readonly before: readonly [above: number, left: number]
}

/** A convolution with frozen weights, put onto the backend; its tensors stay until `dispose`. */
export interface Convolver {
  /** Convolution + bias, then optionally ReLU. */
  readonly run: (x: Tensor4D, relu: boolean) => Tensor4D
  /** The same for some outputs, at stride 1; left out where all are always computed. */
  readonly runSome?: (x: Tensor4D, relu: boolean, outputs: SomeOutputs) => Tensor4D
  readonly dispose: () => void
}
