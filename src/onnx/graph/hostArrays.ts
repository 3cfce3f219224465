/**
 * Arrays of constants, computed in plain JavaScript: shape arithmetic and folded weights need no backend.
 */
import type { Shape } from '../../core/errors/shape.js'
import { numbersFor, type Constant, type Kind } from './values.js'
import { dims, unfit } from './unfit.js'

/** The most elements of a folded constant; weights of the file may have more. */
const MAX_FOLDED = 2 ** 24

export const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** How far apart neighbours along each axis are. */
export const stridesOf = (shape: Shape): readonly number[] => shape.map((_, axis) => size(shape.slice(axis + 1)))

/** An axis counted from the end where it is negative. */
export const axisOf = (axis: number, rank: number): number =>
  Number.isInteger(axis) && axis >= -rank && axis < rank ? (axis + rank) % Math.max(1, rank) : unfit(`axis ${String(axis)} of a tensor of ${String(rank)} axes`)

/** The shape that two shapes broadcast to. */
export const broadcastShape = (a: Shape, b: Shape): Shape => {
  const rank = Math.max(a.length, b.length)
  const side = (shape: Shape, axis: number): number => shape[axis - rank + shape.length] ?? 1
  return Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [side(a, axis), side(b, axis)]
    return x === y || y === 1 ? x : x === 1 ? y : unfit(`the shapes ${dims(a)} and ${dims(b)} do not fit`)
  })
}

const checked = (shape: Shape): Shape =>
  size(shape) <= MAX_FOLDED ? shape : unfit(`a constant of the shape ${dims(shape)}; expected at most ${MAX_FOLDED.toLocaleString('en')} elements`)

/** A constant of a shape, by the place in the source of each of its elements. */
const picked = (source: Constant, shape: Shape, place: (at: readonly number[]) => number): Constant => {
  const length = size(checked(shape))
  const data = numbersFor(source.kind, length)
  const at = shape.map(() => 0)
  for (let i = 0; i < length; i++) {
    data[i] = source.data[place(at)] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (at[axis] ?? 0) + 1
      at[axis] = next < (shape[axis] ?? 0) ? next : 0
      if (next < (shape[axis] ?? 0)) break
    }
  }
  return { kind: source.kind, shape, data }
}

/** By how far apart neighbours along each axis are in the source: the last axis in a loop of its own, for weights have millions of numbers. */
const byStrides = (source: Constant, shape: Shape, strides: readonly number[]): Constant => {
  const [row, stride] = [shape.at(-1) ?? 1, strides.at(-1) ?? 0]
  const outer = shape.slice(0, -1)
  const [data, from] = [numbersFor(source.kind, size(shape)), source.data]
  const at = outer.map(() => 0)
  let start = 0
  for (let i = 0; i < data.length; i += row) {
    for (let j = 0, place = start; j < row; j++, place += stride) data[i + j] = from[place] ?? 0
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      start += strides[axis] ?? 0
      at[axis] = (at[axis] ?? 0) + 1
      if ((at[axis] ?? 0) < (outer[axis] ?? 0)) break
      start -= (strides[axis] ?? 0) * (outer[axis] ?? 0)
      at[axis] = 0
    }
  }
  return { kind: source.kind, shape, data }
}

/** Axes in another order. */
export const permuted = (source: Constant, order: readonly number[]): Constant => {
  if (order.every((axis, i) => axis === i)) return source
  const strides = stridesOf(source.shape)
  return byStrides(source, order.map((axis) => source.shape[axis] ?? 0), order.map((axis) => strides[axis] ?? 0)) // prettier-ignore
}

/** Repeated along axes of length 1, and along new axes before the first. */
export const expanded = (source: Constant, shape: Shape): Constant => {
  if (source.shape.length === shape.length && source.shape.every((side, axis) => side === shape[axis])) return source
  const strides = stridesOf(source.shape)
  const missing = shape.length - source.shape.length
  return byStrides(
    source,
    checked(shape),
    shape.map((_, axis) => (source.shape[axis - missing] === 1 ? 0 : (strides[axis - missing] ?? 0))),
  )
}

/** The same numbers in another shape. */
export const reshaped = ({ kind, data }: Constant, shape: Shape): Constant => ({ kind, data, shape })

/** The elements at these indices of an axis. */
export const taken = (source: Constant, axis: number, indices: readonly number[]): Constant => {
  const strides = stridesOf(source.shape)
  return picked(
    source,
    source.shape.map((side, i) => (i === axis ? indices.length : side)),
    (at) => strides.reduce((place, stride, i) => place + stride * (i === axis ? (indices[at[i] ?? 0] ?? 0) : (at[i] ?? 0)), 0),
  )
}

/** Side by side along an axis. */
export const joined = (parts: readonly Constant[], axis: number): Constant => {
  const [first] = parts
  if (first === undefined) return unfit('nothing to join')
  const shape = checked(first.shape.map((side, i) => (i === axis ? parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0) : side)))
  const data = numbersFor(first.kind, size(shape))
  const [outer, row] = [size(shape.slice(0, axis)), size(shape.slice(axis))]
  let start = 0
  for (const part of parts) {
    const length = size(part.shape.slice(axis))
    for (let i = 0; i < outer; i++) data.set(part.data.subarray(i * length, (i + 1) * length), i * row + start)
    start += length
  }
  return { kind: first.kind, shape, data }
}

/** A function of each element. */
export const mapped = ({ data, shape }: Constant, kind: Kind, f: (x: number) => number): Constant => {
  const result = numbersFor(kind, size(checked(shape)))
  for (let i = 0; i < result.length; i++) result[i] = f(data[i] ?? 0)
  return { kind, shape, data: result }
}

/** A function of the elements of several constants, which broadcast. */
export const combined = (sources: readonly Constant[], kind: Kind, f: (...xs: readonly number[]) => number): Constant => {
  const shape = checked(sources.map((source) => source.shape).reduce(broadcastShape))
  const all = sources.map((source) => expanded(source, shape).data)
  const result = numbersFor(kind, size(shape))
  for (let i = 0; i < result.length; i++) result[i] = f(...all.map((data) => data[i] ?? 0))
  return { kind, shape, data: result }
}

/** Reduces axes; they stay with length 1. `f` gets the elements of one place. */
export const reduced = (source: Constant, axes: readonly number[], f: (xs: readonly number[]) => number): Constant => {
  const kept = source.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const { data } = permuted(source, [...kept, ...axes])
  const shape = source.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
  const length = size(shape)
  const each = axes.reduce((product, axis) => product * (source.shape[axis] ?? 1), 1)
  const result = numbersFor(source.kind, length)
  for (let i = 0; i < length; i++) result[i] = f(Array.from(data.subarray(i * each, (i + 1) * each)))
  return { kind: source.kind, shape, data: result }
}
