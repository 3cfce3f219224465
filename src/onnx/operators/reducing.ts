/** Operators that reduce axes. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { axisOf, reduced, reshaped, size } from '../graph/hostArrays.js'
import { isConstant, type Value } from '../graph/values.js'
import { channelsOf, inputAt, integerOf, integersAt, orderOf, orderWithout, type NodeContext, type Operator } from './nodeContext.js'

/** A reduction: of tensors along axes, and of numbers. */
interface Reduction {
  readonly device: (x: Tensor, axes: number[]) => Tensor
  readonly host: (xs: readonly number[]) => number
}

const sumOf = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0)

const REDUCTIONS = {
  mean: { device: (x, axes) => tf.mean(x, axes, true), host: (xs) => sumOf(xs) / xs.length },
  sum: { device: (x, axes) => tf.sum(x, axes, true), host: sumOf },
  max: { device: (x, axes) => tf.max(x, axes, true), host: (xs) => Math.max(...xs) },
  min: { device: (x, axes) => tf.min(x, axes, true), host: (xs) => Math.min(...xs) },
  product: { device: (x, axes) => tf.prod(x, axes, true), host: (xs) => xs.reduce((product, x) => product * x, 1) },
  sumOfSquares: { device: (x, axes) => tf.sum(tf.square(x), axes, true), host: (xs) => sumOf(xs.map((x) => x * x)) },
  norm: { device: (x, axes) => tf.sqrt(tf.sum(tf.square(x), axes, true)), host: (xs) => Math.sqrt(sumOf(xs.map((x) => x * x))) },
} satisfies Readonly<Record<string, Reduction>>

/** A value reduced along axes, which stay with length 1 or go. */
export const reduceBy = ({ builder }: NodeContext, x: Value, axes: readonly number[], keeps: boolean, by: keyof typeof REDUCTIONS): Value => {
  const { device, host }: Reduction = REDUCTIONS[by]
  const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
  const left = shape.filter((_, axis) => keeps || !axes.includes(axis))
  if (isConstant(x)) return reshaped(reduced(x, axes, host), left)
  const order = orderOf(x)
  const places = axes.map((axis) => order.indexOf(axis))
  const after = keeps ? order : orderWithout(order, axes)
  const channels = channelsOf(x)
  const place = channels === undefined || keeps ? channels : axes.includes(channels) ? undefined : channels - axes.filter((axis) => axis < channels).length
  return builder.emit({
    inputs: [x],
    shape: left,
    order: after,
    channels: place,
    flops: size(x.shape),
    run: ([t]) => tf.reshape(device(t, places), after.map((axis) => left[axis] ?? 1)), // prettier-ignore
  })
}

const reducing =
  (by: keyof typeof REDUCTIONS): Operator =>
  (context) => {
    const x = inputAt(context, 0)
    const given = integersAt(context, 'axes', 1) ?? []
    if (given.length === 0 && integerOf(context, 'noop_with_empty_axes', 0) === 1) return x
    const axes = given.length === 0 ? x.shape.map((_, axis) => axis) : given.map((axis) => axisOf(axis, x.shape.length))
    return reduceBy(context, x, axes, integerOf(context, 'keepdims', 1) === 1, by)
  }

export const REDUCING: Readonly<Record<string, Operator>> = {
  ReduceL2: reducing('norm'),
  ReduceMax: reducing('max'),
  ReduceMean: reducing('mean'),
  ReduceMin: reducing('min'),
  ReduceProd: reducing('product'),
  ReduceSum: reducing('sum'),
  ReduceSumSquare: reducing('sumOfSquares'),
}
