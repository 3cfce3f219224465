/**
 * A step of a network: a function of one tensor with its own gradient, and what that gradient needs.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'

/** The tensors for a step's gradient; `x` and `y` are present if listed in `keeps`. */
export interface SavedTensors {
  readonly x: Tensor4D | undefined
  readonly y: Tensor4D | undefined
  /** The shape of the step's input. */
  readonly from: Shape
}

/** One step; it owns its tensors only until `dispose`. */
export interface Step {
  readonly keeps: { readonly input: boolean; readonly output: boolean }
  readonly forward: (x: Tensor4D) => Tensor4D
  /** The gradient in x from the gradient in y. */
  readonly backward: (dy: Tensor4D, kept: SavedTensors) => Tensor4D
  /** Uploads the step's weights to the backend. */
  readonly ready: () => void
}

/** A kept tensor that `keeps` promised. */
export const requireSaved = (tensor: Tensor4D | undefined): Tensor4D => {
  if (tensor === undefined) throw new Error('A step used a tensor that it does not keep.')
  return tensor
}
