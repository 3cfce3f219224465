/**
 * The graph that a loss leaves behind when it runs on the tracing backend: values without numbers, and the ONNX nodes that compute them.
 *
 * Equal nodes are one node, so a loss that is run twice (for its value, and for the value of each sample) is written once.
 */
import type { Shape } from '../../core/errors/shape.js'
import { size } from '../graph/hostArrays.js'

/** Types of elements; shapes and positions of ONNX are int64. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64'

/** The numbers of a constant. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | readonly number[]

/** A value of the graph. */
export interface Traced {
  readonly id: number
  readonly type: ElementType
  readonly shape: Shape
  readonly from: Origin
}

/** Where a value comes from. The data of a uniform constant is one number, which all its elements have. */
export type Origin =
  | { readonly _tag: 'Input'; readonly name: string }
  | { readonly _tag: 'Constant'; readonly data: ConstantData; readonly isUniform: boolean }
  | { readonly _tag: 'Output'; readonly node: TracedNode; readonly at: number }

/** An attribute of a node: an integer, integers, text, or a float. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number }

/** A node of the graph. */
export interface TracedNode {
  readonly id: number
  readonly operator: string
  readonly inputs: readonly Traced[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** What runtimes call it in errors; by default its output's name. */
  readonly name?: string
}

/** The type and the shape of an output. */
export interface OutputType {
  readonly type: ElementType
  readonly shape: Shape
}

/** Builds a graph. */
export interface Graph {
  readonly input: (name: string, shape: Shape) => Traced
  readonly constant: (data: ConstantData, shape: Shape, type: ElementType) => Traced
  /** A constant whose elements are all the same. */
  readonly uniform: (value: number, shape: Shape, type: ElementType) => Traced
  /** A node with several outputs. */
  readonly nodes: (
    operator: string,
    inputs: readonly Traced[],
    outputs: readonly OutputType[],
    attributes?: TracedNode['attributes'],
    name?: string,
  ) => readonly Traced[]
}

/** Larger constants are known by their memory, across graphs. */
const SMALL = 4096

/** Ids are unique across graphs: what a network keeps for the backend, such as a flipped filter, is used in later graphs, too. */
let lastId = 0
const nextId = (): number => ++lastId

/** Large constants by their memory. */
const large = new WeakMap<object, Map<string, Traced>>()

// Loops over indices: iterators of arrays take several times as long.
const isUniformData = (data: ConstantData): boolean => {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return false
  return true
}

const isSameData = (a: ConstantData, b: ConstantData): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** How many elements tell apart most constants of one shape. */
const SOME = 16

const someOf = (data: ConstantData): string => Array.from({ length: SOME }, (_, i) => data[Math.floor((i * data.length) / SOME)]).join()

/** An empty graph. Without `merges`, equal nodes stay apart: which ones are equal may depend on the size of the pictures. */
export const newGraph = (merges = true): Graph => {
  const known = new Map<string, readonly Traced[]>()
  const once = (key: string, make: () => readonly Traced[]): readonly Traced[] => {
    const before = merges ? known.get(key) : undefined
    if (before !== undefined) return before
    const made = make()
    known.set(key, made)
    return made
  }
  const single = (key: string, shape: Shape, type: ElementType, from: Origin): Traced => {
    const [value] = once(key, () => [{ id: nextId(), type, shape, from }])
    if (value === undefined) throw new Error(`The graph has no value for ${key}.`)
    return value
  }
  const uniform: Graph['uniform'] = (value, shape, type) =>
    single(`uniform:${type}:${shape.join()}:${Object.is(value, -0) ? '-0' : String(value)}`, shape, type, { _tag: 'Constant', data: [value], isUniform: true })
  const ofMemory = (data: ConstantData, shape: Shape, type: ElementType): Traced => {
    const ofData = (data.length > SMALL ? large.get(data) : undefined) ?? new Map<string, Traced>()
    if (data.length > SMALL) large.set(data, ofData)
    const value = ofData.get(shape.join()) ?? { id: nextId(), type, shape, from: { _tag: 'Constant', data, isUniform: false } }
    ofData.set(shape.join(), value)
    return value
  }
  const alike = new Map<string, Traced[]>()
  const constant: Graph['constant'] = (data, shape, type) => {
    if (data.length > 0 && isUniformData(data)) return uniform(data[0] ?? 0, shape, type)
    if (!merges) return ofMemory(data, shape, type)
    const key = `${type}:${shape.join()}:${someOf(data)}`
    const candidates = alike.get(key) ?? []
    const known = candidates.find(({ from }) => from._tag === 'Constant' && isSameData(from.data, data))
    if (known !== undefined) return known
    const value = ofMemory(data, shape, type)
    alike.set(key, [...candidates, value])
    return value
  }
  return {
    input: (name, shape) => ({ id: nextId(), type: 'float32', shape, from: { _tag: 'Input', name } }),
    constant,
    uniform,
    nodes: (operator, inputs, outputs, attributes = {}, name) =>
      once(`${operator}:${inputs.map(({ id }) => id).join()}:${JSON.stringify(attributes)}:${name ?? ''}`, () => {
        const node: TracedNode = { id: nextId(), operator, inputs, attributes, ...(name !== undefined && { name }) }
        return outputs.map(({ type, shape }, at) => ({ id: nextId(), type, shape, from: { _tag: 'Output', node, at } }))
      }),
  }
}

/** The number that all elements of a constant have, or undefined. */
export const uniformValue = ({ from }: Traced): number | undefined => (from._tag === 'Constant' && from.isUniform ? from.data[0] : undefined)

/** The elements of a constant. */
export const elementsOf = ({ from, shape }: Traced): ArrayLike<number> | undefined => {
  if (from._tag !== 'Constant') return undefined
  return from.isUniform ? new Array<number>(size(shape)).fill(from.data[0] ?? 0) : from.data
}
