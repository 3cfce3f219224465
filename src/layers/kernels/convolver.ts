import type { Tensor4D } from '@tensorflow/tfjs'

/** Some outputs: so many rows and columns of them, the first of which sees so many rows and columns of zeros before the input (fewer than none: it sees none of the input's first ones). */
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
