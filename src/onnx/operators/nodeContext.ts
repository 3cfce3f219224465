/**
 * What an operator sees of its node: its inputs as values, its attributes, and the program that it adds to.
 */
import type { OnnxNode } from '../file/onnxMessages.js'
import { constantOf } from '../file/tensorData.js'
import type { Builder } from '../graph/onnxProgram.js'
import { dims, unfit } from '../graph/unfit.js'
import { isConstant, plainOrder, type Constant, type Value } from '../graph/values.js'

/** A node while a program is planned. */
export interface NodeContext {
  readonly node: OnnxNode
  readonly opset: number
  /** Undefined where an optional one is omitted. */
  readonly inputs: readonly (Value | undefined)[]
  readonly builder: Builder
}

/** An operator: its outputs from its inputs. It throws `Unfit` where it does not fit them. */
export type Operator = (context: NodeContext) => Value | readonly Value[]

/** An input that must be there. */
export const inputAt = ({ inputs }: NodeContext, at: number): Value => inputs[at] ?? unfit(`its input ${String(at + 1)} is missing`)

/** An optional input that must be a constant. */
export const optionalConstant = ({ inputs }: NodeContext, at: number): Constant | undefined => {
  const value = inputs[at]
  return value === undefined || isConstant(value) ? value : unfit(`its input ${String(at + 1)} depends on the picture; expected a constant`)
}

/** An input that must be a constant. */
export const constantAt = (context: NodeContext, at: number): Constant => optionalConstant(context, at) ?? unfit(`its input ${String(at + 1)} is missing`)

/** An attribute by its kind, or the default. */
export const integerOf = ({ node }: NodeContext, name: string, otherwise: number): number => node.attributes.get(name)?.integer ?? otherwise
export const decimalOf = ({ node }: NodeContext, name: string, otherwise: number): number => node.attributes.get(name)?.float ?? otherwise
export const textOf = ({ node }: NodeContext, name: string, otherwise: string): string => node.attributes.get(name)?.text ?? otherwise
export const integersOf = ({ node }: NodeContext, name: string): readonly number[] | undefined => {
  const attribute = node.attributes.get(name)
  return attribute === undefined || attribute.tensor !== undefined ? undefined : attribute.integers
}
export const tensorOf = ({ node }: NodeContext, name: string): Constant | undefined => {
  const tensor = node.attributes.get(name)?.tensor
  return tensor === undefined ? undefined : constantOf(name, tensor, undefined)
}

/** Integers of an attribute, or, since a later opset, of an input. */
export const integersAt = (context: NodeContext, name: string, at: number): readonly number[] | undefined => {
  const constant = optionalConstant(context, at)
  return constant === undefined ? integersOf(context, name) : Array.from(constant.data)
}

/** The order of a value's axes in memory. */
export const orderOf = (value: Value): readonly number[] => (isConstant(value) ? plainOrder(value.shape.length) : value.order)

/** The axis with a value's channels, where it is known. */
export const channelsOf = (value: Value): number | undefined => (isConstant(value) ? undefined : value.channels)

/** A value with its axes in the graph's own order in memory. */
export const plain = <V extends Value>({ builder }: Pick<NodeContext, 'builder'>, value: V): V => builder.arranged(value, plainOrder(value.shape.length))

/** The order of what is left when axes are removed. */
export const orderWithout = (order: readonly number[], axes: readonly number[]): readonly number[] =>
  order.filter((axis) => !axes.includes(axis)).map((axis) => axis - axes.filter((gone) => gone < axis).length)

/** A value that has this many axes. */
export const ofRank = (value: Value, rank: number): Value =>
  value.shape.length === rank ? value : unfit(`an input of the shape ${dims(value.shape)}; expected ${String(rank)} axes`)
