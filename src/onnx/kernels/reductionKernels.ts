/** Kernels that reduce axes, order, and multiply matrices. */
import { util } from '@tensorflow/tfjs'
import { unfit } from '../graph/unfit.js'
import type { GraphOps, Reduction } from '../trace/graphOps.js'
import type { Traced } from '../trace/traced.js'
import { firstOf, inputOf, isSet, numberOf, type KernelContext, type Translation } from './kernelContext.js'

const axesOf = (context: KernelContext, name: string, { shape }: Traced): readonly number[] =>
  util.parseAxisParam((context.attributes[name] ?? shape.map((_, axis) => axis)) as number[], [...shape])

/** Runtimes add floats one after the other: a sum of 16,384 has lost three digits. Longer axes are summed in rows. */
const LONGEST = 256

/** Two axes for a long one: the divisor that is nearest to the root comes last. */
const split = (side: number): readonly number[] => {
  if (side <= LONGEST) return [side]
  for (let row = Math.floor(Math.sqrt(side)); row > 1; row--) if (side % row === 0) return [row, side / row]
  return [side]
}

/** A sum or mean, axis by axis from the last; long axes in rows. */
const inRows = (ops: GraphOps, operator: 'ReduceSum' | 'ReduceMean', x: Traced, axes: readonly number[]): Traced => {
  const [axis, ...rest] = [...axes].sort((a, b) => b - a)
  if (axis === undefined) return x
  const sides = split(x.shape[axis] ?? 1)
  const apart = ops.reshape(x, [...x.shape.slice(0, axis), ...sides, ...x.shape.slice(axis + 1)])
  const sum = sides.reduceRight((sofar, _, i) => ops.reduce(operator, sofar, [axis + i], false), apart)
  return inRows(ops, operator, sum, rest)
}

/** A sum, axis by axis from the last, where the lengths are not known: an axis as the square that is next in size, which ends with zeros. Channels are a known number. */
const inSquares = (ops: GraphOps, x: Traced, axes: readonly number[]): Traced => {
  const [axis, ...rest] = [...axes].sort((a, b) => b - a)
  if (axis === undefined) return x
  if (axis === 3 && x.shape.length === 4) return inSquares(ops, ops.reduce('ReduceSum', x, [axis], false), rest)
  const square = squared(ops, x, axis)
  return inSquares(ops, ops.reduce('ReduceSum', ops.reduce('ReduceSum', square, [axis + 1], false), [axis], false), rest)
}

/** An axis as rows: as many numbers in each as the root of its length. */
const squared = (ops: GraphOps, x: Traced, axis: number): Traced => {
  const one = { type: 'int64', shape: [1] } as const
  const [rank, side] = [x.shape.length, x.shape[axis] ?? 1]
  const length = ops.slice(ops.node('Shape', [x], { type: 'int64', shape: [rank] }), [axis], [1])
  const row = ops.cast(ops.unary('Sqrt', ops.cast(length, 'float32')), 'int64')
  const above = ops.node('Sub', [ops.node('Add', [length, row], one), ops.integers([1])], one)
  const missing = ops.node('Sub', [ops.node('Mul', [ops.node('Div', [above, row], one), row], one), length], one)
  const joined = (parts: readonly (Traced | readonly number[])[], count: number): Traced => {
    const all = parts.filter((part) => 'from' in part || part.length > 0).map((part) => ('from' in part ? part : ops.integers(part)))
    return ops.node('Concat', all, { type: 'int64', shape: [count] }, { axis: 0 })
  }
  const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0)
  const columns = Math.floor(Math.sqrt(side))
  const rows = Math.ceil(side / columns)
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const pads = joined([zeros(rank + axis), missing, zeros(after.length)], 2 * rank)
  const padded = ops.node('Pad', [x, pads, ops.scalar(0, x.type)], { type: x.type, shape: [...before, rows * columns, ...after] })
  // 0 is the side that it has, -1 the one that follows.
  const shape = joined(
    [[...zeros(axis), -1], row, ...after.map((_, i) => ops.slice(ops.node('Shape', [x], { type: 'int64', shape: [rank] }), [axis + 1 + i], [1]))],
    rank + 1,
  )
  return ops.node('Reshape', [padded, shape], { type: x.type, shape: [...before, rows, columns, ...after] })
}

const reduction =
  (operator: Reduction, name = 'axis'): Translation =>
  (context) => {
    const { ops } = context
    const x = firstOf(context)
    const numbers = x.type === 'bool' ? ops.cast(x, 'int32') : operator === 'ReduceMean' ? ops.cast(x, 'float32') : x
    const axes = axesOf(context, name, x)
    const keeps = isSet(context, 'keepDims')
    const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1)
    if (operator !== 'ReduceSum' && operator !== 'ReduceMean') return ops.reduce(operator, numbers, axes, keeps)
    if (count <= LONGEST && !context.isFree) return ops.reduce(operator, numbers, axes, keeps)
    const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)).filter((_, axis) => keeps || !axes.includes(axis))
    if (!context.isFree) return ops.reshape(inRows(ops, operator, numbers, axes), shape)
    const sum = ops.reshape(inSquares(ops, numbers, axes), shape)
    return operator === 'ReduceMean' ? ops.binary('Mul', sum, ops.scalar(1 / count)) : sum
  }

/** Whether any, or all, of the elements are true. */
const logical =
  (operator: Reduction): Translation =>
  (context) => {
    const x = firstOf(context)
    return context.ops.cast(context.ops.reduce(operator, context.ops.cast(x, 'int32'), axesOf(context, 'axis', x), isSet(context, 'keepDims')), 'bool')
  }

const position =
  (operator: 'ArgMin' | 'ArgMax'): Translation =>
  (context) => {
    const x = firstOf(context)
    const [axis = 0] = axesOf(context, 'axis', x)
    const shape = x.shape.filter((_, i) => i !== axis)
    return context.ops.cast(context.ops.node(operator, [x], { type: 'int64', shape }, { axis, keepdims: 0 }), 'int32')
  }

const topK: Translation = (context) => {
  const { ops } = context
  const [x, k] = [firstOf(context), numberOf(context, 'k', 1)]
  const shape = [...x.shape.slice(0, -1), k]
  const [values, indices] = ops.graph.nodes(
    'TopK',
    [x, ops.integers([k])],
    [
      { type: x.type, shape },
      { type: 'int64', shape },
    ],
  )
  return values === undefined || indices === undefined ? unfit('nothing to order') : [values, ops.cast(indices, 'int32')]
}

const softmax: Translation = (context) => {
  const x = firstOf(context)
  return context.ops.node('Softmax', [x], x, { axis: x.shape.length - 1 })
}

const matMul: Translation = (context) => {
  const turned = (x: Traced, isTurned: boolean): Traced => {
    const rank = x.shape.length
    return isTurned ? context.ops.transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2)) : x
  }
  return context.ops.matMul(turned(inputOf(context, 'a'), isSet(context, 'transposeA')), turned(inputOf(context, 'b'), isSet(context, 'transposeB')))
}

export const REDUCTIONS: Readonly<Record<string, Translation>> = {
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  BatchMatMul: matMul,
  Max: reduction('ReduceMax', 'reductionIndices'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: softmax,
  Sum: reduction('ReduceSum'),
  TopK: topK,
}
