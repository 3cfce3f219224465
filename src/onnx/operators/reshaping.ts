/** Operators that change shapes, and none that changes a number. */
import * as tf from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { axisOf, expanded, permuted, reshaped, size, broadcastShape } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { isConstant, plainOrder, type Computed, type Value } from '../graph/values.js'
import { channelsOf, constantAt, inputAt, integerOf, integersAt, integersOf, plain, type NodeContext, type Operator } from './nodeContext.js'

/** Where the channels are after a reshape: at the end if they were, or behind as many elements as before. */
const channelsAfter = (from: Shape, channels: number | undefined, to: Shape): number | undefined => {
  if (channels === undefined) return undefined
  const count = from[channels]
  if (channels === from.length - 1) return to.at(-1) === count ? to.length - 1 : undefined
  const before = size(from.slice(0, channels))
  const at = to.findIndex((side, axis) => side === count && size(to.slice(0, axis)) === before)
  return at < 0 ? undefined : at
}

/** The same elements in another shape. */
export const withShape = <V extends Value>(context: Pick<NodeContext, 'builder'>, x: V, shape: Shape): V => {
  if (size(x.shape) !== size(shape)) return unfit(`the shape ${dims(x.shape)} cannot become ${dims(shape)}`)
  if (isConstant(x)) return reshaped(x, shape) as V
  const flat = plain(context, x) as Computed
  return context.builder.emit({ inputs: [flat], shape, channels: channelsAfter(x.shape, channelsOf(x), shape), kind: x.kind, flops: 0, run: ([t]) => tf.reshape(t, [...shape]) }) as unknown as V // prettier-ignore
}

/** A value repeated to a shape. */
export const resized = (context: Pick<NodeContext, 'builder'>, x: Value, shape: Shape): Value => {
  if (isConstant(x)) return expanded(x, shape)
  if (x.shape.length === shape.length && x.shape.every((side, axis) => side === shape[axis])) return x
  const whole = withShape(context, x, [...Array<number>(shape.length - x.shape.length).fill(1), ...x.shape])
  return context.builder.emit({ ...whole, inputs: [whole], shape, run: ([t]) => tf.add(t, tf.zeros(whole.order.map((axis) => shape[axis] ?? 1))) })
}

const reshape: Operator = (context) => {
  const [x, target] = [inputAt(context, 0), Array.from(constantAt(context, 1).data)]
  const keepsZeros = integerOf(context, 'allowzero', 0) === 1
  const asked = target.map((side, axis) => (side === 0 && !keepsZeros ? (x.shape[axis] ?? unfit('a side of 0 that its input does not have')) : side))
  const rest = asked.reduce((product, side) => (side === -1 ? product : product * side), 1)
  return withShape(context, x, asked.map((side) => (side === -1 ? size(x.shape) / rest : side))) // prettier-ignore
}

const flatten: Operator = (context) => {
  const x = inputAt(context, 0)
  const axis = integerOf(context, 'axis', 1)
  const at = axis < 0 ? axis + x.shape.length : axis
  return withShape(context, x, [size(x.shape.slice(0, at)), size(x.shape.slice(at))])
}

const squeeze: Operator = (context) => {
  const x = inputAt(context, 0)
  const axes = integersAt(context, 'axes', 1)?.map((axis) => axisOf(axis, x.shape.length))
  return withShape(context, x, x.shape.filter((side, axis) => (axes === undefined ? side !== 1 : !axes.includes(axis)))) // prettier-ignore
}

const unsqueeze: Operator = (context) => {
  const x = inputAt(context, 0)
  const given = integersAt(context, 'axes', 1) ?? unfit('its axes are missing')
  const rank = x.shape.length + given.length
  const axes = given.map((axis) => axisOf(axis, rank))
  const sides = [...x.shape]
  return withShape(context, x, plainOrder(rank).map((axis) => (axes.includes(axis) ? 1 : (sides.shift() ?? 1)))) // prettier-ignore
}

/** Changes only what is known of the order in memory. */
const transpose: Operator = (context) => {
  const x = inputAt(context, 0)
  const order = integersOf(context, 'perm') ?? [...plainOrder(x.shape.length)].reverse()
  if (order.length !== x.shape.length || plainOrder(x.shape.length).some((axis) => !order.includes(axis)))
    return unfit(`the order ${dims(order)} for the shape ${dims(x.shape)}`)
  if (isConstant(x)) return permuted(x, order)
  const channels = x.channels === undefined ? undefined : order.indexOf(x.channels)
  return { ...x, shape: order.map((axis) => x.shape[axis] ?? 0), order: x.order.map((axis) => order.indexOf(axis)), channels }
}

const expand: Operator = (context) => {
  const x = inputAt(context, 0)
  return resized(context, x, broadcastShape(x.shape, Array.from(constantAt(context, 1).data)))
}

const unchanged: Operator = (context) => inputAt(context, 0)

export const RESHAPING: Readonly<Record<string, Operator>> = {
  Dropout: unchanged,
  Expand: expand,
  Flatten: flatten,
  Identity: unchanged,
  Reshape: reshape,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
}
