/**
 * The ONNX operators that losses are written with, as functions of values; each infers the shape of its result.
 */
import type { Shape } from '../../core/errors/shape.js'
import { broadcastShape, size } from '../graph/hostArrays.js'
import { uniformValue, type ElementType, type Graph, type OutputType, type Traced, type TracedNode } from './traced.js'

const equalShapes = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((side, axis) => side === b[axis])

/** Functions that add nodes to a graph. */
export interface GraphOps {
  readonly graph: Graph
  readonly node: (operator: string, inputs: readonly Traced[], output: OutputType, attributes?: TracedNode['attributes']) => Traced
  /** A node that runtimes call by this name in errors. */
  readonly named: (name: string, operator: string, inputs: readonly Traced[], output: OutputType) => Traced
  readonly scalar: (value: number, type?: ElementType) => Traced
  /** Integers as a parameter of an operator. */
  readonly integers: (values: readonly number[]) => Traced
  readonly unary: (operator: string, x: Traced, type?: ElementType) => Traced
  readonly binary: (operator: string, a: Traced, b: Traced, type?: ElementType) => Traced
  readonly cast: (x: Traced, type: ElementType) => Traced
  readonly where: (condition: Traced, yes: Traced, no: Traced) => Traced
  readonly reshape: (x: Traced, shape: Shape) => Traced
  readonly transpose: (x: Traced, order: readonly number[]) => Traced
  readonly slice: (x: Traced, begin: readonly number[], size: readonly number[]) => Traced
  /** Slices with steps, negative ones too; `shape` is the shape of the result. */
  readonly steps: (x: Traced, slice: Stepped, shape: Shape) => Traced
  readonly concat: (xs: readonly Traced[], axis: number) => Traced
  readonly gather: (x: Traced, indices: Traced, axis: number) => Traced
  readonly pad: (x: Traced, paddings: readonly (readonly [before: number, after: number])[], value: number) => Traced
  readonly expand: (x: Traced, shape: Shape) => Traced
  readonly reduce: (operator: Reduction, x: Traced, axes: readonly number[], keeps: boolean) => Traced
  readonly matMul: (a: Traced, b: Traced) => Traced
}

/** Where a slice of each axis starts, ends and steps. */
export interface Stepped {
  readonly axes: readonly number[]
  readonly begin: readonly number[]
  readonly end: readonly number[]
  readonly strides: readonly number[]
}

export type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd'

/** Numbers of TensorProto.DataType. */
export const TENSOR_TYPES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

/** The functions for a graph. With `isFree`, pads of nothing, slices of everything and products with 1 stay: they may be others at another size of pictures. */
export const graphOps = (graph: Graph, isFree = false): GraphOps => {
  const integers: GraphOps['integers'] = (values) => graph.constant(values, [values.length], 'int64')
  /** A uniform constant is repeated from one number, so that no file is full of zeros. */
  const spread = (x: Traced): Traced => {
    const value = uniformValue(x)
    if (value === undefined || x.type === 'int64' || size(x.shape) <= 1) return x
    return only(graph.nodes('Expand', [graph.uniform(value, [], x.type), integers(x.shape)], [x]))
  }
  const node: GraphOps['node'] = (operator, inputs, output, attributes) => only(graph.nodes(operator, inputs.map(spread), [output], attributes))
  const named: GraphOps['named'] = (name, operator, inputs, output) => only(graph.nodes(operator, inputs, [output], {}, name))
  const context = { graph, integers, node, isFree }
  return { ...context, named, ...elementOps(context), ...shapeOps(context), ...partOps(context), ...sumOps(context) }
}

type Context = Pick<GraphOps, 'graph' | 'integers' | 'node'> & { readonly isFree: boolean }

const only = ([value]: readonly Traced[]): Traced => {
  if (value === undefined) throw new Error('A node has no output.')
  return value
}

const elementOps = ({ graph, node, isFree }: Context): Pick<GraphOps, 'scalar' | 'unary' | 'binary' | 'cast' | 'where'> => {
  const cast: GraphOps['cast'] = (x, type) => {
    const value = uniformValue(x)
    if (x.type === type) return x
    if (value !== undefined) return graph.uniform(type === 'float32' ? value : type === 'bool' ? Number(value !== 0) : Math.trunc(value), x.shape, type)
    return node('Cast', [x], { type, shape: x.shape }, { to: TENSOR_TYPES[type] })
  }
  /** A uniform constant broadcasts as one number, where the others have the shape of the result. */
  const narrowed = (x: Traced, shape: Shape, others: readonly Traced[]): Traced => {
    const value = uniformValue(x)
    const covered = value !== undefined && others.some((other) => other !== x && equalShapes(other.shape, shape) && uniformValue(other) === undefined)
    return covered ? graph.uniform(value, [], x.type) : x
  }
  const broadcasting = (operator: string, xs: readonly Traced[], type: ElementType): Traced => {
    const shape = xs.map((x) => x.shape).reduce(broadcastShape)
    return node(operator, xs.map((x) => narrowed(x, shape, xs)), { type, shape }) // prettier-ignore
  }
  const isOne = (x: Traced, other: Traced): boolean => !isFree && uniformValue(x) === 1 && equalShapes(broadcastShape(x.shape, other.shape), other.shape)
  return {
    cast,
    scalar: (value, type = 'float32') => graph.uniform(value, [], type),
    unary: (operator, x, type = x.type) => node(operator, [x], { type, shape: x.shape }),
    binary: (operator, a, b, type = a.type) => {
      if ((operator === 'Mul' || operator === 'Div') && isOne(b, a)) return a
      if (operator === 'Mul' && isOne(a, b)) return b
      return broadcasting(operator, [a, b], type)
    },
    where: (condition, yes, no) => broadcasting('Where', [condition, yes, no], yes.type),
  }
}

const shapeOps = ({ graph, integers, node }: Context): Pick<GraphOps, 'reshape' | 'transpose' | 'expand'> => ({
  reshape: (x, shape) => {
    if (equalShapes(x.shape, shape)) return x
    const { from, type } = x
    if (from._tag === 'Constant') return from.isUniform ? graph.uniform(from.data[0] ?? 0, shape, type) : graph.constant(from.data, shape, type)
    const [source = x] = from._tag === 'Output' && from.node.operator === 'Reshape' ? from.node.inputs : []
    return equalShapes(source.shape, shape) ? source : node('Reshape', [source, integers(shape)], { type, shape })
  },
  transpose: (x, order) => {
    const { from, type } = x
    const before = from._tag === 'Output' && from.node.operator === 'Transpose' ? (from.node.attributes['perm'] as readonly number[]) : undefined
    const source = from._tag === 'Output' && before !== undefined ? (from.node.inputs[0] ?? x) : x
    const perm = before === undefined ? order : order.map((axis) => before[axis] ?? 0)
    if (perm.every((axis, i) => axis === i)) return source
    return node('Transpose', [source], { type, shape: order.map((axis) => x.shape[axis] ?? 0) }, { perm })
  },
  expand: (x, shape) => (equalShapes(x.shape, shape) ? x : node('Expand', [x, integers(shape)], { type: x.type, shape })),
})

const partOps = ({ graph, integers, node, isFree }: Context): Pick<GraphOps, 'slice' | 'steps' | 'concat' | 'gather' | 'pad'> => {
  const steps: GraphOps['steps'] = (x, { axes, begin, end, strides }, shape) =>
    node('Slice', [x, integers(begin), integers(end), integers(axes), integers(strides)], { type: x.type, shape })
  return {
    steps,
    slice: (x, begin, size) => {
      const axes = x.shape.map((_, axis) => axis).filter((axis) => isFree || size[axis] !== x.shape[axis])
      if (axes.length === 0) return x
      const starts = axes.map((axis) => begin[axis] ?? 0)
      const end = axes.map((axis) => (begin[axis] ?? 0) + (size[axis] ?? 0))
      return steps(x, { axes, begin: starts, end, strides: axes.map(() => 1) }, size)
    },
    concat: (xs, axis) => {
      const parts = isFree ? xs : xs.filter((x) => size(x.shape) > 0)
      const [first] = parts.length > 0 ? parts : xs
      if (first === undefined) throw new Error('There is nothing to concatenate.')
      if (parts.length <= 1) return first
      const shape = first.shape.map((side, i) => (i === axis ? parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0) : side))
      return node('Concat', parts, { type: first.type, shape }, { axis })
    },
    gather: (x, indices, axis) =>
      node('Gather', [x, indices], { type: x.type, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }, { axis }),
    pad: (x, paddings, value) => {
      if (!isFree && paddings.every(([before, after]) => before === 0 && after === 0)) return x
      const pads = integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
      const shape = x.shape.map((side, axis) => side + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0))
      return node('Pad', [x, pads, graph.uniform(value, [], x.type)], { type: x.type, shape })
    },
  }
}

const sumOps = ({ integers, node }: Context): Pick<GraphOps, 'reduce' | 'matMul'> => ({
  reduce: (operator, x, axes, keeps) => {
    const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)).filter((_, axis) => keeps || !axes.includes(axis))
    if (axes.length === 0) return x
    const keepdims = Number(keeps)
    // Until opset 18 only the axes of sums are an input.
    return operator === 'ReduceSum'
      ? node(operator, [x, integers(axes)], { type: x.type, shape }, { keepdims })
      : node(operator, [x], { type: x.type, shape }, { axes, keepdims })
  },
  matMul: (a, b) => {
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
    return node('MatMul', [a, b], { type: a.type, shape: [...batch, a.shape.at(-2) ?? 0, b.shape.at(-1) ?? 0] })
  },
})
