/** Kernels that change shapes, and take, join and repeat parts. */
import { backend_util, slice_util } from '@tensorflow/tfjs'
import { size } from '../graph/hostArrays.js'
import { unfit } from '../graph/unfit.js'
import { uniformValue, type Traced } from '../trace/traced.js'
import { firstOf, inputOf, isSet, numberOf, numbersOf, type KernelContext, type Translation } from './kernelContext.js'

/** An axis counted from the end where it is negative. */
const axisOf = (context: KernelContext, name: string, rank: number, otherwise = 0): number => {
  const axis = numberOf(context, name, otherwise)
  return axis < 0 ? axis + rank : axis
}

const unchanged: Translation = firstOf

const reshape: Translation = (context) => {
  const x = firstOf(context)
  const asked = numbersOf(context, 'shape')
  const rest = asked.reduce((product, side) => (side === -1 ? product : product * side), 1)
  return context.ops.reshape(x, asked.map((side) => (side === -1 ? size(x.shape) / rest : side))) // prettier-ignore
}

const expandDims: Translation = (context) => {
  const x = firstOf(context)
  const at = axisOf(context, 'dim', x.shape.length + 1)
  return context.ops.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

const transpose: Translation = (context) => context.ops.transpose(firstOf(context), numbersOf(context, 'perm'))

const slice: Translation = (context) => {
  const x = firstOf(context)
  const begin = x.shape.map((_, axis) => numbersOf(context, 'begin')[axis] ?? 0)
  const sizes = numbersOf(context, 'size')
  return context.ops.slice(x, begin, x.shape.map((side, axis) => ((sizes[axis] ?? -1) < 0 ? side - (begin[axis] ?? 0) : (sizes[axis] ?? 0)))) // prettier-ignore
}

const stridedSlice: Translation = (context) => {
  const x = firstOf(context)
  const masks = ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map((name) => numberOf(context, name))
  const [beginMask = 0, endMask = 0, ellipsisMask = 0, newAxisMask = 0, shrinkAxisMask = 0] = masks
  const [from, to, by] = ['begin', 'end', 'strides'].map((name) => [...numbersOf(context, name)])
  const info = slice_util.sliceInfo([...x.shape], from ?? [], to ?? [], by ?? [], beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask)
  const { begin, end, strides, finalShapeSparse, finalShape } = info
  const axes = x.shape.map((_, axis) => axis)
  // A step back to the first element ends before it.
  const ends = end.map((at, axis) => (at < 0 ? at - (x.shape[axis] ?? 0) : at))
  return context.ops.reshape(context.ops.steps(x, { axes, begin, end: ends, strides }, slice_util.computeOutShape(begin, end, strides)), finalShape.length > 0 ? finalShape : finalShapeSparse.slice(0, 0)) // prettier-ignore
}

const concat: Translation = ({ ops, inputs, ...rest }) => {
  const parts = Object.values(inputs)
  return ops.concat(parts, axisOf({ ops, inputs, ...rest }, 'axis', parts[0]?.shape.length ?? 0))
}

/** Joined along a new axis. */
const pack: Translation = (context) => {
  const parts = Object.values(context.inputs)
  const shape = parts[0]?.shape ?? []
  const axis = axisOf(context, 'axis', shape.length + 1)
  const one = [...shape.slice(0, axis), 1, ...shape.slice(axis)]
  return context.ops.concat(parts.map((part) => context.ops.reshape(part, one)), axis) // prettier-ignore
}

/** The parts along an axis, without it. */
const unpack: Translation = (context) => {
  const x = firstOf(context)
  const axis = axisOf(context, 'axis', x.shape.length)
  return parts(context, x, axis, Array<number>(x.shape[axis] ?? 0).fill(1)).map((part) =>
    context.ops.reshape(part, [...x.shape.slice(0, axis), ...x.shape.slice(axis + 1)]),
  )
}

const split: Translation = (context) => {
  const x = firstOf(context)
  const axis = axisOf(context, 'axis', x.shape.length)
  const asked = context.attributes['numOrSizeSplits']
  return parts(context, x, axis, backend_util.prepareSplitSize({ shape: [...x.shape] } as never, asked as number | number[], axis))
}

/** Neighbouring parts of these sizes along an axis. */
const parts = (context: KernelContext, x: Traced, axis: number, sizes: readonly number[]): readonly Traced[] =>
  sizes.map((side, i) =>
    context.ops.slice(
      x,
      x.shape.map((_, at) => (at === axis ? sizes.slice(0, i).reduce((sum, one) => sum + one, 0) : 0)),
      x.shape.map((whole, at) => (at === axis ? side : whole)),
    ),
  )

const reverse: Translation = (context) => {
  const x = firstOf(context)
  const axes = numbersOf(context, 'dims').map((axis) => (axis < 0 ? axis + x.shape.length : axis))
  if (axes.length === 0) return x
  const sides = axes.map((axis) => x.shape[axis] ?? 0)
  return context.ops.steps(x, { axes, begin: axes.map(() => -1), end: sides.map((side) => -side - 1), strides: axes.map(() => -1) }, x.shape)
}

const pad: Translation = (context) =>
  context.ops.pad(firstOf(context), context.attributes['paddings'] as [number, number][], numberOf(context, 'constantValue'))

/** Mirrored at the edges, which are repeated ('symmetric') or not ('reflect'). */
const mirrorPad: Translation = (context) => {
  const offset = context.attributes['mode'] === 'symmetric' ? 1 : 0
  const paddings = context.attributes['paddings'] as [number, number][]
  return paddings.reduce((x, [before, after], axis) => {
    if (before === 0 && after === 0) return x
    const side = x.shape[axis] ?? 1
    const indices = Array.from({ length: before + side + after }, (_, i) => {
      const at = i - before
      return at < 0 ? -at - offset : at >= side ? 2 * side - 2 - at + offset : at
    })
    return context.ops.gather(x, context.ops.integers(indices), axis)
  }, firstOf(context))
}

const tile: Translation = (context) => {
  const x = firstOf(context)
  const repeats = numbersOf(context, 'reps')
  const shape = x.shape.map((side, axis) => side * (repeats[axis] ?? 1))
  const value = uniformValue(x)
  if (value !== undefined) return context.ops.graph.uniform(value, shape, x.type)
  if (x.shape.every((side, axis) => side === 1 || repeats[axis] === 1)) return context.ops.expand(x, shape)
  return context.ops.node('Tile', [x, context.ops.integers(repeats)], { type: x.type, shape })
}

const broadcastTo: Translation = (context) => context.ops.expand(firstOf(context), numbersOf(context, 'shape'))

const gather: Translation = (context) => {
  const x = inputOf(context, 'x')
  if (numberOf(context, 'batchDims') !== 0) return unfit('batches of indices (batchDims)')
  return context.ops.gather(x, inputOf(context, 'indices'), axisOf(context, 'axis', x.shape.length))
}

/** Rows added up by their segment: the gradient of a gather. */
const segmentSum: Translation = (context) => {
  const { ops } = context
  const [x, ids] = [inputOf(context, 'x'), inputOf(context, 'segmentIds')]
  const shape = [numberOf(context, 'numSegments'), ...x.shape.slice(1)]
  const rows = ops.cast(ops.reshape(ids, [...ids.shape, 1]), 'int64')
  return ops.node('ScatterND', [ops.graph.uniform(0, shape, x.type), rows, x], { type: x.type, shape }, { reduction: 'add' })
}

/** Blocks of channels as squares; TensorFlow orders the channels within a block last, as ONNX does by default. */
const depthToSpace: Translation = (context) => {
  const { ops } = context
  const [x, block] = [firstOf(context), numberOf(context, 'blockSize')]
  if (context.attributes['dataFormat'] !== 'NHWC') return unfit('channels before rows')
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  const apart = ops.reshape(x, [batch, height, width, block, block, channels / block ** 2])
  return ops.reshape(ops.transpose(apart, [0, 1, 3, 2, 4, 5]), [batch, height * block, width * block, channels / block ** 2])
}

const cumulativeSum: Translation = (context) => {
  const x = firstOf(context)
  const axis = context.ops.graph.constant([axisOf(context, 'axis', x.shape.length)], [], 'int64')
  return context.ops.node('CumSum', [x, axis], x, { exclusive: Number(isSet(context, 'exclusive')), reverse: Number(isSet(context, 'reverse')) })
}

/** The size by nearest neighbours: rows and columns at fixed positions. */
const resizeNearest: Translation = (context) => {
  const x = firstOf(context)
  const [height = 1, width = 1] = numbersOf(context, 'size')
  const [batch = 1, rowsBefore = 1, columnsBefore = 1, channels = 1] = x.shape
  const [down, across] = [height / rowsBefore, width / columnsBefore]
  if (Number.isInteger(down) && Number.isInteger(across) && !isSet(context, 'alignCorners')) {
    const apart = context.ops.reshape(x, [batch, rowsBefore, 1, columnsBefore, 1, channels])
    return context.ops.reshape(context.ops.expand(apart, [batch, rowsBefore, down, columnsBefore, across, channels]), [batch, height, width, channels])
  }
  const along = (from: number, to: number): readonly number[] => {
    const corners = isSet(context, 'alignCorners') && to > 1
    const scale = corners ? (from - 1) / (to - 1) : from / to
    return Array.from({ length: to }, (_, i) => {
      const at = isSet(context, 'halfPixelCenters') ? scale * (i + 0.5) : scale * i
      return Math.max(0, Math.min(from - 1, corners ? Math.round(at) : Math.floor(at)))
    })
  }
  const rows = context.ops.gather(x, context.ops.integers(along(x.shape[1] ?? 1, height)), 1)
  return context.ops.gather(rows, context.ops.integers(along(x.shape[2] ?? 1, width)), 2)
}

export const SHAPES: Readonly<Record<string, Translation>> = {
  BroadcastTo: broadcastTo,
  Concat: concat,
  Cumsum: cumulativeSum,
  DepthToSpace: depthToSpace,
  ExpandDims: expandDims,
  GatherV2: gather,
  Identity: unchanged,
  MirrorPad: mirrorPad,
  Pack: pack,
  PadV2: pad,
  Reshape: reshape,
  ResizeNearestNeighbor: resizeNearest,
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
  UnsortedSegmentSum: segmentSum,
}
