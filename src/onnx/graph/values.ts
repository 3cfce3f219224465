/**
 * The values of an ONNX graph: constants, whose numbers are known before any picture, and tensors that are computed from the picture.
 */
import type { Shape } from '../../core/errors/shape.js'

/** What the elements of a value are. Every floating type is computed in float32; integers are held exactly up to 2^53. */
export type Kind = 'float' | 'int' | 'bool'

/** The numbers of a constant: floats, integers, or 0 and 1. */
export type Numbers = Float32Array | Float64Array | Uint8Array

/** A constant. */
export interface Constant {
  readonly kind: Kind
  readonly shape: Shape
  readonly data: Numbers
}

/** A tensor that is computed from the picture. */
export interface Computed {
  readonly kind: Kind
  /** The shape in the graph (NCHW for a picture's features). */
  readonly shape: Shape
  /** The order of its axes in memory: [0, 2, 3, 1] is NHWC. */
  readonly order: readonly number[]
  /** The axis with the channels, where it is known. */
  readonly channels: number | undefined
  /** Its number in the program. */
  readonly slot: number
}

export type Value = Constant | Computed

/** Whether a value is a constant. */
export const isConstant = (value: Value): value is Constant => 'data' in value

/** The axes in the graph's own order. */
export const plainOrder = (rank: number): readonly number[] => Array.from({ length: rank }, (_, axis) => axis)

/** NHWC. */
export const NHWC: readonly number[] = [0, 2, 3, 1]

/** Memory for numbers of a kind. */
export const numbersFor = (kind: Kind, length: number): Numbers =>
  kind === 'float' ? new Float32Array(length) : kind === 'int' ? new Float64Array(length) : new Uint8Array(length)

/** A constant of one axis of integers. */
export const integers = (values: readonly number[]): Constant => ({ kind: 'int', shape: [values.length], data: Float64Array.from(values) })

/** A constant of one number. */
export const scalar = (value: number, kind: Kind = 'float'): Constant => ({ kind, shape: [], data: numbersFor(kind, 1).fill(value) })
