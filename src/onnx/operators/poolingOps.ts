/** Pooling by the package's own kernels. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { averageOver, maxOver } from '../../layers/kernels/overlappingPooling.js'
import { LOWEST, type PoolingWindow } from '../../layers/kernels/windows.js'
import { runSegment } from '../../layers/networks/segment.js'
import { size } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { NHWC, type Constant } from '../graph/values.js'
import { inputAt, integerOf, integersOf, ofRank, type NodeContext, type Operator } from './nodeContext.js'
import { slidingWindow, type SlidingWindow } from './slidingWindow.js'
import { combine, MULTIPLY } from './broadcasting.js'
import { reduceBy } from './reducing.js'

const windowOf = (context: NodeContext, sides: readonly number[]): SlidingWindow & { readonly pooling: PoolingWindow } => {
  const kernel = integersOf(context, 'kernel_shape') ?? unfit('its kernel_shape is missing')
  const window = slidingWindow(context, sides, kernel)
  const { kernel: [rows, columns], strides, dilations } = window // prettier-ignore
  if (rows !== columns || strides[0] !== strides[1] || Math.max(...dilations) > 1) return unfit(`a pooling window ${dims(kernel)} with strides ${dims(strides)} and dilations ${dims(dilations)}; expected a square one without dilations`) // prettier-ignore
  return { ...window, pooling: { size: rows, stride: strides[0], rounding: 'floor' } }
}

/** Filled, or cut where no window reaches. */
const covered = (x: Tensor4D, { pads: [top, left, bottom, right] }: SlidingWindow, value: number): Tensor4D => {
  const cut = bottom < 0 || right < 0 ? tf.slice(x, [0, 0, 0, 0], [-1, x.shape[1] + Math.min(0, bottom), x.shape[2] + Math.min(0, right), -1]) : x
  const [below, beside] = [Math.max(0, bottom), Math.max(0, right)]
  return top + left + below + beside === 0 ? cut : tf.pad(cut, [[0, 0], [top, below], [left, beside], [0, 0]], value) // prettier-ignore
}

const pooled = (context: NodeContext, window: SlidingWindow, run: (x: Tensor4D) => Tensor4D) => {
  const x = ofRank(inputAt(context, 0), 4)
  const shape = [...x.shape.slice(0, 2), ...window.outputs]
  return context.builder.emit({ inputs: [context.builder.arranged(x, NHWC)], shape, order: NHWC, channels: 1, flops: size(shape) * size(window.kernel), run: ([t]) => run(t as Tensor4D) }) // prettier-ignore
}

const maxPool: Operator = (context) => {
  if (context.node.outputs[1] !== undefined && context.node.outputs[1] !== '') return unfit('the indices of maxima, its second output')
  const window = windowOf(context, ofRank(inputAt(context, 0), 4).shape.slice(2))
  const step = maxOver(window.pooling)
  return pooled(context, window, (x) => runSegment([step], covered(x, window, LOWEST)))
}

/** How much of each window is inside the picture, or inside its padding where that counts. */
const counts = (
  { pads: [top, left], strides, kernel, outputs }: SlidingWindow,
  [height = 0, width = 0]: readonly number[],
  pads: readonly number[],
): Constant => {
  const along = (side: number, before: number, after: number, i: 0 | 1, start: number) =>
    Array.from({ length: outputs[i] }, (_, at) => Math.min(side + after, at * strides[i] - start + kernel[i]) - Math.max(-before, at * strides[i] - start))
  const rows = along(height, pads[0] ?? 0, pads[2] ?? 0, 0, top)
  const columns = along(width, pads[1] ?? 0, pads[3] ?? 0, 1, left)
  return { kind: 'float', shape: [1, 1, ...outputs], data: Float32Array.from(rows.flatMap((row) => columns.map((column) => size(kernel) / (row * column)))) }
}

/** The mean of each window. Padding counts where the node says so, but never what lies beyond it. */
const averagePool: Operator = (context) => {
  const x = ofRank(inputAt(context, 0), 4)
  const sides = x.shape.slice(2)
  const kernel = integersOf(context, 'kernel_shape') ?? []
  const pads = integersOf(context, 'pads') ?? [0, 0, 0, 0]
  if (kernel.every((side, i) => side === sides[i]) && pads.every((pad) => pad === 0)) return globalAverage(context)
  const window = windowOf(context, sides)
  const step = averageOver(window.pooling)
  const average = pooled(context, window, (t) => runSegment([step], covered(t, window, 0)))
  const includes = integerOf(context, 'count_include_pad', 0) === 1
  const shares = counts(window, sides, includes ? pads : [0, 0, 0, 0])
  return shares.data.every((share) => share === 1) ? average : combine(context, [average, shares], MULTIPLY)
}

const spatial = (context: NodeContext): readonly number[] => inputAt(context, 0).shape.slice(2).map((_, i) => i + 2) // prettier-ignore

const globalAverage: Operator = (context) => reduceBy(context, inputAt(context, 0), spatial(context), true, 'mean')

export const POOLING: Readonly<Record<string, Operator>> = {
  AveragePool: averagePool,
  GlobalAveragePool: globalAverage,
  GlobalMaxPool: (context) => reduceBy(context, inputAt(context, 0), spatial(context), true, 'max'),
  MaxPool: maxPool,
}
