/** Kernels that reduce axes, order, and multiply matrices. */
import { util } from '@tensorflow/tfjs'
import { unfit } from '../graph/unfit.js'
import type { Reduction } from '../trace/graphOps.js'
import type { Traced } from '../trace/traced.js'
import { firstOf, inputOf, isSet, numberOf, type KernelContext, type Translation } from './kernelContext.js'

const axesOf = (context: KernelContext, name: string, { shape }: Traced): readonly number[] =>
  util.parseAxisParam((context.attributes[name] ?? shape.map((_, axis) => axis)) as number[], [...shape])

const reduction =
  (operator: Reduction, name = 'axis'): Translation =>
  (context) => {
    const x = firstOf(context)
    const numbers = x.type === 'bool' ? context.ops.cast(x, 'int32') : operator === 'ReduceMean' ? context.ops.cast(x, 'float32') : x
    return context.ops.reduce(operator, numbers, axesOf(context, name, x), isSet(context, 'keepDims'))
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
