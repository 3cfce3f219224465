/**
 * Slices, splits and concatenations, copied inside the backend's memory. The backend's own kernels copy the whole tensor out for each part, and call a function for every run of
 * neighbours: for every pixel, to slice one channel.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'

type Numbers = Float32Array | Int32Array | Uint8Array

/** What the kernels need of the WASM backend. */
export interface Heap {
  readonly makeOutput: (shape: readonly number[], dtype: TensorInfo['dtype']) => TensorInfo
  readonly typedArrayFromHeap: (x: TensorInfo) => Numbers
}

/** The part of a tensor of numbers or booleans from `begin`. */
export const slice = (heap: Heap, x: TensorInfo, begin: readonly number[], size: readonly number[]): TensorInfo => {
  const out = heap.makeOutput(size, x.dtype)
  if (tf.util.sizeFromShape([...size]) > 0) copyPart(heap.typedArrayFromHeap(x), heap.typedArrayFromHeap(out), x.shape, begin, size)
  return out
}

/** Parts of these sizes along an axis. */
export const split = (heap: Heap, x: TensorInfo, sizes: readonly number[], axis: number): readonly TensorInfo[] => {
  let from = 0
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0))
    from += size
    return slice(heap, x, begin, x.shape.with(axis, size))
  })
}

/** The parts of size 1 along an axis, without it. */
export const unstack = (heap: Heap, x: TensorInfo, axis: number): readonly TensorInfo[] => {
  const shape = x.shape.filter((_, i) => i !== axis)
  return split(heap, x, new Array<number>(x.shape[axis] ?? 0).fill(1), axis).map((part) => ({ ...part, shape }))
}

/** Tensors one after another along an axis. */
export const concat = (heap: Heap, parts: readonly TensorInfo[], axis: number): TensorInfo => {
  const shapes = parts.map(({ shape }) => shape)
  tf.backend_util.assertParamsConsistent(shapes, axis)
  const out = heap.makeOutput(tf.backend_util.computeOutShape(shapes, axis), parts[0]?.dtype ?? 'float32')
  const sideOf = ({ shape }: TensorInfo): number => tf.util.sizeFromShape(shape.slice(axis))
  const to = heap.typedArrayFromHeap(out)
  const apart = sideOf(out)
  let at = 0
  for (const part of to.length === 0 ? [] : parts) {
    const run = sideOf(part)
    copyRuns({ numbers: heap.typedArrayFromHeap(part), at: 0, apart: run }, { numbers: to, at, apart }, to.length / apart, run)
    at += run
  }
  return out
}

/** Repeats a tensor along the one axis with a count other than 1. A count of 0 gives an empty tensor (the backend's own kernel crashes). */
export const tile = (heap: Heap, x: TensorInfo, counts: readonly number[]): TensorInfo => {
  if (counts.includes(0)) return heap.makeOutput(x.shape.map((side, i) => side * (counts[i] ?? 1)), x.dtype) // prettier-ignore
  const axis = Math.max(0, counts.findIndex((count) => count !== 1)) // prettier-ignore
  return concat(heap, new Array<TensorInfo>(counts[axis] ?? 1).fill(x), axis)
}

/** Shorter runs are copied number by number, which takes less time than a call. */
const CALL = 32

const copyPart = (from: Numbers, to: Numbers, shape: readonly number[], begin: readonly number[], size: readonly number[]): void => {
  const strides = tf.util.computeStrides([...shape, 1])
  // Axes after this one are taken whole: what they hold is one run.
  const axis = Math.max(0, size.findLastIndex((count, i) => count !== shape[i])) // prettier-ignore
  const run = (size[axis] ?? 1) * (strides[axis] ?? 1)
  const first = begin.reduce((sum, at, i) => sum + at * (strides[i] ?? 1), 0)
  const [rows, apart] = [size[axis - 1] ?? 1, strides[axis - 1] ?? 0]
  for (let block = 0; block * rows * run < to.length; block++) {
    const at = first + offsetOf(block, size.slice(0, Math.max(0, axis - 1)), strides)
    copyRuns({ numbers: from, at, apart }, { numbers: to, at: block * rows * run, apart: run }, rows, run)
  }
}

/** The offset of a block from the first one; blocks are numbered along the leading axes, which have these sizes. */
const offsetOf = (block: number, sizes: readonly number[], strides: readonly number[]): number => {
  let [rest, offset] = [block, 0]
  for (let i = sizes.length - 1; i >= 0; i--) {
    const count = sizes[i] ?? 1
    offset += (rest % count) * (strides[i] ?? 0)
    rest = Math.floor(rest / count)
  }
  return offset
}

/** Runs at equal distances. */
interface Runs {
  readonly numbers: Numbers
  readonly at: number
  readonly apart: number
}

const copyRuns = (from: Runs, to: Runs, count: number, run: number): void => {
  const [source, target] = [from.numbers, to.numbers]
  if (from.apart === run && to.apart === run) target.set(source.subarray(from.at, from.at + count * run), to.at)
  else if (run >= CALL)
    for (let i = 0; i < count; i++) target.set(source.subarray(from.at + i * from.apart, from.at + i * from.apart + run), to.at + i * to.apart)
  else
    for (let i = 0; i < count; i++) {
      const [start, end] = [from.at + i * from.apart, to.at + i * to.apart]
      for (let j = 0; j < run; j++) target[end + j] = source[start + j] ?? 0
    }
}

/** How often a tensor is repeated along each axis. */
export const countsOf = (attrs: tf.NamedAttrMap | undefined): readonly number[] => attrs?.['reps'] as unknown as readonly number[]

/** The kernels by name. */
export const SLICING: Readonly<Record<'Slice' | 'SplitV' | 'Unpack' | 'Concat' | 'Tile', tf.KernelFunc>> = {
  Slice: ({ inputs, attrs, backend }) => {
    const x = inputs['x'] as Tensor
    const { begin, size } = attrs as unknown as { readonly begin: number | number[]; readonly size: number | number[] }
    const [from = [], sizes = []] = tf.slice_util.parseSliceParams(x, begin, size)
    return slice(backend as Heap, x, from, sizes)
  },
  SplitV: ({ inputs, attrs, backend }) => {
    const x = inputs['x'] as Tensor
    const { numOrSizeSplits, axis } = attrs as unknown as { readonly numOrSizeSplits: number | number[]; readonly axis: number }
    const [along = 0] = tf.util.parseAxisParam(axis, x.shape)
    return [...split(backend as Heap, x, tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along), along)]
  },
  Unpack: ({ inputs, attrs, backend }) => {
    const x = inputs['value'] as Tensor
    const [along = 0] = tf.util.parseAxisParam(attrs?.['axis'] as unknown as number, x.shape)
    return [...unstack(backend as Heap, x, along)]
  },
  Concat: ({ inputs, attrs, backend }) => {
    const parts = Object.values(inputs) as Tensor[]
    const [along = 0] = tf.util.parseAxisParam(attrs?.['axis'] as unknown as number, parts[0]?.shape ?? [])
    return concat(backend as Heap, parts, along)
  },
  Tile: ({ inputs, attrs, backend }) => tile(backend as Heap, inputs['x'] as Tensor, countsOf(attrs)),
}
