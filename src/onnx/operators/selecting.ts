/** Operators that take, join and extend parts of tensors. */
import * as tf from '@tensorflow/tfjs'
import { axisOf, joined, reshaped, size, taken } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { isConstant, plainOrder, scalar, type Computed, type Constant, type Value } from '../graph/values.js'
import {
  channelsOf,
  constantAt,
  inputAt,
  integerOf,
  integersAt,
  optionalConstant,
  orderWithout,
  textOf,
  type NodeContext,
  type Operator,
} from './nodeContext.js'
import { combine, MULTIPLY } from './broadcasting.js'
import { withShape } from './reshaping.js'
import { rowsAt } from './rows.js'

/** The elements at these indices of an axis. */
const select = <V extends Value>({ builder }: Pick<NodeContext, 'builder'>, x: V, axis: number, indices: readonly number[]): V => {
  const side = x.shape[axis] ?? 0
  if (indices.some((index) => index < 0 || index >= side))
    return unfit(`index ${String(indices.find((index) => index < 0 || index >= side))} of ${String(side)}`)
  if (indices.length === side && indices.every((index, i) => index === i)) return x
  if (isConstant(x)) return taken(x, axis, indices) as V
  const { order, kind, channels }: Computed = x
  const at = order.indexOf(axis)
  const rows = rowsAt(order.map((one) => x.shape[one] ?? 0), at, indices) // prettier-ignore
  return builder.emit({ inputs: [x], shape: x.shape.map((one, i) => (i === axis ? indices.length : one)), order, channels, kind, flops: 0, run: ([t]) => rows(t) }) as unknown as V // prettier-ignore
}

const upTo = (count: number, start = 0, step = 1): readonly number[] => Array.from({ length: Math.max(0, count) }, (_, i) => start + i * step)

/** Where a slice along one axis starts, ends and steps, as ONNX clamps it. */
const sliceIndices = (side: number, start: number, end: number, step: number): readonly number[] => {
  if (step === 0) return unfit('a step of 0')
  const fromEnd = (at: number): number => (at < 0 ? at + side : at)
  const [low, high] = step > 0 ? [0, side] : [-1, side - 1]
  const [first, last] = [Math.min(high, Math.max(step > 0 ? 0 : -1, fromEnd(start))), Math.min(high, Math.max(low, fromEnd(end)))]
  return upTo(Math.ceil((last - first) / step), first, step)
}

const slice: Operator = (context) => {
  const x = inputAt(context, 0)
  const [starts, ends] = [integersAt(context, 'starts', 1) ?? [], integersAt(context, 'ends', 2) ?? []]
  const axes = (integersAt(context, 'axes', 3) ?? upTo(starts.length)).map((axis) => axisOf(axis, x.shape.length))
  const steps = integersAt(context, 'steps', 4) ?? []
  return axes.reduce<Value>(
    (value, axis, i) => select(context, value, axis, sliceIndices(value.shape[axis] ?? 0, starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1)),
    x,
  )
}

const split: Operator = (context) => {
  const x = inputAt(context, 0)
  const axis = axisOf(integerOf(context, 'axis', 0), x.shape.length)
  const side = x.shape[axis] ?? 0
  const count = context.node.outputs.length
  const each = Math.ceil(side / count)
  const sizes = integersAt(context, 'split', 1) ?? upTo(count).map((i) => Math.min(each, side - i * each))
  if (sizes.reduce((sum, one) => sum + one, 0) !== side || sizes.some((one) => one < 0))
    return unfit(`parts of the sizes ${dims(sizes)} of a side of ${String(side)}`)
  return sizes.map((one, i) => select(context, x, axis, upTo(one, sizes.slice(0, i).reduce((sum, size) => sum + size, 0)))) // prettier-ignore
}

const gather: Operator = (context) => {
  const [x, indices] = [inputAt(context, 0), constantAt(context, 1)]
  const axis = axisOf(integerOf(context, 'axis', 0), x.shape.length)
  const side = x.shape[axis] ?? 0
  const rows = select(
    context,
    x,
    axis,
    Array.from(indices.data, (index) => (index < 0 ? index + side : index)),
  )
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  if (indices.shape.length === 1) return rows
  if (isConstant(rows) || indices.shape.length > 0) return withShape(context, rows, shape)
  return withoutAxis(context, rows, axis)
}

/** Without an axis of length 1; the others keep their order in memory. */
const withoutAxis = ({ builder }: NodeContext, x: Computed, axis: number): Computed => {
  const order = orderWithout(x.order, [axis])
  const shape = x.shape.filter((_, i) => i !== axis)
  const channels = x.channels === undefined || x.channels === axis ? undefined : x.channels - Number(x.channels > axis)
  return builder.emit({ inputs: [x], shape, order, channels, kind: x.kind, flops: 0, run: ([t]) => tf.reshape(t, order.map((one) => shape[one] ?? 0)) }) // prettier-ignore
}

const concat: Operator = (context) => {
  const values = context.inputs.map((_, i) => inputAt(context, i))
  const [first] = values
  if (first === undefined) return unfit('it has no inputs')
  const axis = axisOf(integerOf(context, 'axis', 1), first.shape.length)
  const misfit = values.find(({ shape }) => shape.length !== first.shape.length || shape.some((side, i) => i !== axis && side !== first.shape[i]))
  if (misfit !== undefined) return unfit(`the shapes ${dims(first.shape)} and ${dims(misfit.shape)} cannot be joined along axis ${String(axis)}`)
  return join(context, values, axis)
}

const join = ({ builder }: NodeContext, values: readonly Value[], axis: number): Value => {
  const constants = values.filter(isConstant)
  if (constants.length === values.length) return joined(constants, axis)
  const computed = values.find((value): value is Computed => !isConstant(value))
  const order = computed?.order ?? plainOrder(values[0]?.shape.length ?? 0)
  const sides = values.map(({ shape }) => shape[axis] ?? 0)
  const shape = (values[0]?.shape ?? []).map((side, i) => (i === axis ? sides.reduce((sum, one) => sum + one, 0) : side))
  const inputs = values.filter((_, i) => sides[i] !== 0).map((value) => builder.arranged(value, order))
  const channels = computed === undefined ? undefined : channelsOf(computed)
  return builder.emit({ inputs, shape, order, channels, flops: 0, run: (tensors) => tf.concat([...tensors], order.indexOf(axis)) })
}

/** A side's indices beyond both edges, for paddings that repeat what is there. */
const paddedIndices = (side: number, before: number, after: number, mode: string): readonly number[] => {
  const place = (at: number): number => {
    if (mode === 'edge') return Math.min(side - 1, Math.max(0, at))
    if (mode === 'wrap') return ((at % side) + side) % side
    const period = Math.max(1, 2 * (side - 1))
    const turn = ((at % period) + period) % period
    return Math.min(turn, period - turn)
  }
  return upTo(before + side + after, -before).map(place)
}

const pad: Operator = (context) => {
  const x = inputAt(context, 0)
  const pads = integersAt(context, 'pads', 1) ?? unfit('its pads are missing')
  const axes = (integersAt(context, 'axes', 3) ?? upTo(pads.length / 2)).map((axis) => axisOf(axis, x.shape.length))
  const value = optionalConstant(context, 2)?.data[0] ?? context.node.attributes.get('value')?.float ?? 0
  const mode = textOf(context, 'mode', 'constant')
  if (!isConstant(x) && mode === 'constant' && pads.every((width) => width >= 0)) return padded(context, x, axes, pads, value)
  return axes.reduce<Value>((sofar, axis, i) => padAxis(context, sofar, axis, [pads[i] ?? 0, pads[i + axes.length] ?? 0], mode, value), x)
}

const padded = ({ builder }: NodeContext, x: Computed, axes: readonly number[], pads: readonly number[], value: number): Value => {
  const widths = x.shape.map((_, axis): [number, number] =>
    axes.includes(axis) ? [pads[axes.indexOf(axis)] ?? 0, pads[axes.indexOf(axis) + axes.length] ?? 0] : [0, 0],
  )
  const shape = x.shape.map((side, axis) => side + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0))
  return builder.emit({ ...x, inputs: [x], shape, flops: 0, run: ([t]) => tf.pad(t, x.order.map((axis) => widths[axis] ?? [0, 0]), value) }) // prettier-ignore
}

const padAxis = (context: NodeContext, x: Value, axis: number, [before, after]: readonly [number, number], mode: string, value: number): Value => {
  if (before === 0 && after === 0) return x
  const side = x.shape[axis] ?? 0
  if (before + side + after > 2 ** 28) return unfit(`a padding to ${String(before + side + after)}`)
  if (mode !== 'constant') return select(context, x, axis, paddedIndices(side, before, after, mode))
  const [front, back] = [Math.max(0, -before), Math.max(0, -after)]
  const cut = front + back === 0 ? x : select(context, x, axis, upTo(side - front - back, front))
  return join(context, [...fill(cut, axis, before, value), cut, ...fill(cut, axis, after, value)], axis)
}

/** A constant of one number, as wide along an axis as asked. */
const fill = (like: Value, axis: number, width: number, value: number): readonly Constant[] => {
  const shape = like.shape.map((side, i) => (i === axis ? width : side))
  if (width <= 0) return []
  if (size(shape) > 2 ** 24) return unfit(`a padding of the shape ${dims(shape)}`)
  return [reshaped({ ...scalar(0, like.kind), data: (like.kind === 'int' ? new Float64Array(size(shape)) : new Float32Array(size(shape))).fill(value) }, shape)]
}

const tile: Operator = (context) => {
  const [x, repeats] = [inputAt(context, 0), Array.from(constantAt(context, 1).data)]
  if (repeats.some((count) => count < 0 || count > 2 ** 20)) return unfit(`the repeats ${dims(repeats)}`)
  return repeats.reduce<Value>((value, count, axis) => (count === 1 ? value : join(context, upTo(count).map(() => value), axis)), x) // prettier-ignore
}

/** A triangle of the last two axes; the rest becomes 0. */
const triangle: Operator = (context) => {
  const x = inputAt(context, 0)
  const shift = optionalConstant(context, 1)?.data[0] ?? 0
  const isUpper = integerOf(context, 'upper', 1) === 1
  const [rows = 0, columns = 0] = x.shape.slice(-2)
  if (rows * columns > 2 ** 24) return unfit(`a triangle of ${String(rows)} x ${String(columns)}`)
  const inside = (i: number): number => Number(isUpper ? (i % columns) - Math.floor(i / columns) >= shift : (i % columns) - Math.floor(i / columns) <= shift)
  const mask: Constant = { kind: x.kind, shape: [rows, columns], data: Float32Array.from({ length: rows * columns }, (_, i) => inside(i)) }
  return combine(context, [x, mask], MULTIPLY)
}

export const SELECTING: Readonly<Record<string, Operator>> = {
  Concat: concat,
  Gather: gather,
  Pad: pad,
  Slice: slice,
  Split: split,
  Tile: tile,
  Trilu: triangle,
}
