/**
 * What a translation sees of a TensorFlow.js kernel: its inputs as values of the graph, and its attributes.
 */
import { unfit } from '../graph/unfit.js'
import type { GraphOps } from '../trace/graphOps.js'
import type { Traced } from '../trace/traced.js'

/** A kernel that is called. */
export interface KernelContext {
  readonly ops: GraphOps
  /** By the names that TensorFlow.js gives them; a list's are '0', '1', ... */
  readonly inputs: Readonly<Record<string, Traced>>
  readonly attributes: Readonly<Record<string, unknown>>
  /** Whether the nodes have to be the same at every size of pictures. */
  readonly isFree: boolean
}

/** A kernel as ONNX operators. It throws `Unfit` where it has no such form. */
export type Translation = (context: KernelContext) => Traced | readonly Traced[]

/** An input by its name. */
export const inputOf = ({ inputs }: KernelContext, name: string): Traced => inputs[name] ?? unfit(`its input ${name} is missing`)

/** The only input, or the first one. */
export const firstOf = ({ inputs }: KernelContext): Traced => Object.values(inputs)[0] ?? unfit('it has no input')

/** Attributes by kind. */
export const numberOf = ({ attributes }: KernelContext, name: string, otherwise = 0): number => {
  const value = attributes[name]
  return typeof value === 'number' ? value : otherwise
}
export const numbersOf = ({ attributes }: KernelContext, name: string): readonly number[] => {
  const value = attributes[name]
  return Array.isArray(value)
    ? (value as readonly number[])
    : ArrayBuffer.isView(value)
      ? Array.from(value as Int32Array)
      : typeof value === 'number'
        ? [value]
        : []
}
export const isSet = ({ attributes }: KernelContext, name: string): boolean => attributes[name] === true

/** NHWC to NCHW, and back. */
export const TO_NCHW: readonly number[] = [0, 3, 1, 2]
export const TO_NHWC: readonly number[] = [0, 2, 3, 1]
