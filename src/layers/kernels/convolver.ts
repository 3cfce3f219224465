/** Convolutions with frozen weights, as a backend makes them. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'

/**
 * Some of the outputs: `size` rows and columns. The first one's window starts `before` rows and columns before the input, where there are zeros; a negative number starts it inside.
 */
export interface SomeOutputs {
  readonly size: readonly [down: number, across: number]
  readonly before: readonly [above: number, left: number]
}

/** A convolution with frozen weights; its tensors stay on the backend until `dispose`. */
export interface Convolver {
  /** Convolution + bias, then optionally ReLU. */
  readonly run: (x: Tensor4D, relu: boolean) => Tensor4D
  /** The same for some outputs, at stride 1; undefined if the kernel always computes all. */
  readonly runSome?: (x: Tensor4D, relu: boolean, outputs: SomeOutputs) => Tensor4D
  readonly dispose: () => void
}

/** A convolution at stride 1, padded so that the size stays, plus its bias. */
export interface Convolved {
  readonly run: (x: Tensor4D) => Tensor4D
  readonly dispose: () => void
}

/** Makes the convolution with a filter [height, width, in, out] and a bias [out]. */
export type Convolve = (filter: Tensor4D, bias: Tensor1D | undefined) => Convolved

/** A convolution followed by an optional ReLU, which is an op of its own. */
export const withOptionalRelu =
  (run: Convolved['run']): Convolver['run'] =>
  (x, relu) =>
    relu ? tf.tidy(() => tf.relu(run(x))) : run(x)

/** The same for a convolution that another one was composed of. */
export const rectifying = ({ run, dispose }: Convolved): Convolver => ({ run: withOptionalRelu(run), dispose })

/** A copy of the bias that stays until it is disposed of; zeros if there is none. */
export const keptBias = (bias: Tensor1D | undefined, channels: number): Tensor1D => tf.keep(bias === undefined ? tf.zeros([channels]) : tf.clone(bias))

/** Disposes of the tensors of a convolver. */
export const disposing = (tensors: Tensor[]) => (): void => {
  tf.dispose(tensors)
}
