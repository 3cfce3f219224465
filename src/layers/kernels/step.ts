/**
 * A step of a network: a function of one tensor with its own gradient, and what that gradient needs.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import type { SomeOutputs } from './convolver.js'

/** The tensors for a step's gradient; `x` and `y` are present if listed in `keeps`. */
export interface SavedTensors {
  readonly x: Tensor4D | undefined
  readonly y: Tensor4D | undefined
  /** The shape of the step's input. */
  readonly from: Shape
  /** The network's input, for steps that find ties by receptive fields on backends that do. */
  readonly picture?: Tensor4D | undefined
}

/**
 * The receptive fields of a layer's positions in a picture [batch, height, width, channels], as the numbers of `struct fields` (simd/c/fields.h): the picture's height, width and channels; the
 * fields' stride, offset before the position, and size; the first and the last row, then column, of positions whose fields reach no padding.
 */
export type FieldNumbers = (picture: Tensor4D['shape']) => readonly number[]

/** A picture, and the receptive fields of a layer's positions in it. */
export interface ComparableFields {
  readonly picture: Tensor4D
  readonly fields: FieldNumbers
}

/** The fields to compare, if there are both. */
export const comparableFields = (picture: Tensor4D | undefined, fields: FieldNumbers | undefined): ComparableFields | undefined =>
  picture === undefined || fields === undefined ? undefined : { picture, fields }

/**
 * How max pooling finds ties, which share its gradient: by values, or by receptive fields on backends that compare them (fewer do for windows that overlap). By values, convolutions before it
 * must give equal neighbourhoods equal values.
 */
export type TiesBy = 'values' | 'fields' | 'overlapping fields'

/** One step. */
export interface Step {
  readonly keeps: { readonly input: boolean; readonly output: boolean }
  /** How ties are found; only max pooling has it. */
  readonly tiesBy?: TiesBy
  readonly forward: (x: Tensor4D) => Tensor4D
  /** Some outputs of a convolution; undefined if the backend always computes all. */
  readonly forwardSome?: (x: Tensor4D, outputs: SomeOutputs) => Tensor4D | undefined
  /** The gradient in x from the gradient in y. */
  readonly backward: (dy: Tensor4D, kept: SavedTensors) => Tensor4D
  /** Uploads the step's weights to the backend. */
  readonly ready: () => void
}

/** A tensor that must be there, because `keeps` says so. */
export const requireSaved = (tensor: Tensor4D | undefined): Tensor4D => {
  if (tensor === undefined) throw new Error('A step used a tensor that it does not keep.')
  return tensor
}
