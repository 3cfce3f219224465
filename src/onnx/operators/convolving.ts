/**
 * Convolution with frozen weights: square windows by the package's own kernels, others by TensorFlow.js'; each with a gradient in its input made of convolutions.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { differentiableOnce } from '../../core/tensors/differentiable.js'
import { convolution, frozenConvolution } from '../../layers/kernels/convolution.js'
import { cropOrPad, dilate } from '../../layers/kernels/wasm/dilate.js'
import { depthwiseImagesGradient } from '../../layers/kernels/wasm/depthwiseGradients.js'
import { turnedFilter } from '../../layers/kernels/turnedFilter.js'
import { runSegment } from '../../layers/networks/segment.js'
import { size } from '../graph/hostArrays.js'
import { upload } from '../graph/weightStore.js'
import { dims, unfit } from '../graph/unfit.js'
import { NHWC, type Constant } from '../graph/values.js'
import { constantAt, inputAt, integerOf, ofRank, optionalConstant, type Operator } from './nodeContext.js'
import { slidingWindow, type SlidingWindow } from './slidingWindow.js'

/** A convolution on a backend. */
interface OnBackend {
  readonly run: (x: Tensor4D) => Tensor4D
  readonly dispose: () => void
}

/** What a convolution is made of: its filter [height, width, in / groups, out], its bias [out], its window and its groups. */
interface Parts {
  readonly filter: Constant
  readonly bias: Constant | undefined
  readonly window: SlidingWindow
  readonly groups: number
}

export const convolve: Operator = (context) => {
  const { builder } = context
  const x = ofRank(inputAt(context, 0), 4)
  const weights = constantAt(context, 1)
  const bias = optionalConstant(context, 2)
  if (weights.shape.length !== 4) return unfit(`a filter of the shape ${dims(weights.shape)}; expected 4 axes`)
  const [output = 0, each = 0, ...kernel] = weights.shape
  const groups = integerOf(context, 'group', 1)
  if (groups < 1 || each * groups !== x.shape[1] || output % groups !== 0 || (bias !== undefined && size(bias.shape) !== output))
    return unfit(`a filter ${dims(weights.shape)} in ${String(groups)} groups for the shape ${dims(x.shape)}`)
  const window = slidingWindow(context, x.shape.slice(2), kernel)
  const parts = { filter: builder.arranged(weights, groups > 1 && each === 1 ? [2, 3, 0, 1] : [2, 3, 1, 0]), bias, window, groups }
  const kind = `${String(groups)}:${JSON.stringify(window)}:${String(depthwise(parts))}`
  return builder.emit({
    inputs: [builder.arranged(x, NHWC)],
    shape: [x.shape[0] ?? 0, output, ...window.outputs],
    order: NHWC,
    channels: 1,
    flops: 2 * size(weights.shape) * size(window.outputs) * (x.shape[0] ?? 0),
    run: ([t]) => builder.store.made(context.node, kind, () => onBackend(parts)).run(t as Tensor4D),
  })
}

const depthwise = ({ filter, groups }: Parts): boolean =>
  groups > 1 && size(filter.shape) % groups === 0 && filter.shape[3] === 1 && filter.shape[2] !== undefined

/** By the fastest kernel for its window. */
const onBackend = (parts: Parts): OnBackend => {
  const { filter, groups, window } = parts
  if (groups === 1) return window.square === undefined ? anyWindow(parts) : square(parts, window.square)
  return filter.shape[3] === 1 ? byChannel(parts) : grouped(parts)
}

const biasOf = ({ bias }: Parts): Tensor1D | undefined => (bias === undefined ? undefined : (upload(bias) as Tensor1D))

const square = (parts: Parts, window: NonNullable<SlidingWindow['square']>): OnBackend => {
  const filter = (): Tensor4D => upload(parts.filter) as Tensor4D
  const frozen = frozenConvolution({ filter, bias: () => biasOf(parts) ?? tf.zeros([parts.filter.shape[3] ?? 0]) }, window, 'values')
  const segment = [convolution(() => frozen, false)]
  return { run: (x) => runSegment(segment, x), dispose: frozen.dispose }
}

const kept = (filter: Tensor4D, bias: Tensor1D | undefined, run: (x: Tensor4D) => Tensor4D): OnBackend => {
  const own = [filter, ...(bias === undefined ? [] : [bias])].map((tensor) => tf.keep(tensor))
  return {
    run: (x) => {
      const y = run(x)
      return bias === undefined ? y : tf.add(y, bias)
    },
    dispose: () => {
      tf.dispose(own)
    },
  }
}

const REASON = 'the gradients of frozen convolutions have no derivatives'

/** A window's widths of padding. A convolution leaves out what no window reaches. */
const paddingOf = ({ pads }: SlidingWindow): readonly [top: number, left: number, bottom: number, right: number] => {
  const [top, left, bottom, right] = pads
  return [top, left, Math.max(0, bottom), Math.max(0, right)]
}

/** Pads by a window's widths. */
const extended = (x: Tensor4D, window: SlidingWindow): Tensor4D => {
  const [top, left, bottom, right] = paddingOf(window)
  return top + left + bottom + right === 0 ? x : tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]) // prettier-ignore
}

/** Any strides, dilations and paddings: the gradient is spread by the strides, and convolved with the filter turned by 180 degrees. */
const anyWindow = (parts: Parts): OnBackend => {
  const { window } = parts
  const { strides, dilations, kernel } = window
  const filter = upload(parts.filter) as Tensor4D
  const turned = tf.keep(turnedFilter(filter))
  const forward = (x: Tensor4D): Tensor4D => {
    const whole = extended(x, window)
    // TensorFlow.js has no dilated convolution with a stride.
    const isBoth = Math.max(...dilations) > 1 && Math.max(...strides) > 1
    const y = tf.conv2d(whole, filter, isBoth ? 1 : [...strides], 'valid', 'NHWC', [...dilations])
    return isBoth ? (tf.stridedSlice(y, [0, 0, 0, 0], y.shape, [1, ...strides, 1]) as Tensor4D) : y
  }
  const backward = (dy: Tensor4D, [, height = 0, width = 0]: readonly number[]): Tensor4D => {
    const [rows, columns] = kernel.map((side, i) => (side - 1) * (dilations[i] ?? 1)) as [number, number]
    const [top, left] = window.pads
    const placed = cropOrPad(dilate(dy, strides), [rows - top, columns - left], [height + rows, width + columns])
    return tf.conv2d(placed, turned, 1, 'valid', 'NHWC', [...dilations])
  }
  const run = (x: Tensor4D): Tensor4D =>
    differentiableOnce<Tensor4D>(x, (input) => ({ value: forward(input as Tensor4D), gradient: (dy) => tf.tidy(() => backward(dy, input.shape)) }), REASON)
  const { run: withBias, dispose } = kept(filter, biasOf(parts), run)
  return {
    run: withBias,
    dispose: () => {
      dispose()
      turned.dispose()
    },
  }
}

/** Each channel by its own filter. */
const byChannel = (parts: Parts): OnBackend => {
  const { window, groups } = parts
  const { strides, dilations } = window
  const [height = 0, width = 0, output = 0] = parts.filter.shape
  const filter: Tensor4D = tf.tidy(() => tf.reshape<tf.Rank.R4>(upload(parts.filter), [height, width, groups, output / groups]))
  const convolved = { strides: [...strides] as [number, number], dilations: [...dilations] as [number, number], pad: 'valid' as const }
  const isBoth = Math.max(...dilations) > 1 && Math.max(...strides) > 1
  if (isBoth) unfit('a depthwise convolution with strides and dilations')
  const forward = (x: Tensor4D): Tensor4D => tf.depthwiseConv2d(extended(x, window), filter, [...strides], 'valid', 'NHWC', [...dilations])
  const backward = (dy: Tensor4D, [batch = 0, rows = 0, columns = 0]: readonly number[]): Tensor4D => {
    const [top, left, bottom, right] = paddingOf(window)
    const whole = depthwiseImagesGradient(dy, filter, [batch, rows + top + bottom, columns + left + right, groups], convolved)
    return tf.slice(whole, [0, top, left, 0], [-1, rows, columns, -1])
  }
  const run = (x: Tensor4D): Tensor4D =>
    differentiableOnce<Tensor4D>(x, (input) => ({ value: forward(input as Tensor4D), gradient: (dy) => tf.tidy(() => backward(dy, input.shape)) }), REASON)
  return kept(filter, biasOf(parts), run)
}

/** Groups of channels side by side, each a convolution of its own. */
const grouped = ({ filter, bias, window, groups }: Parts): OnBackend => {
  const [height = 0, width = 0, each = 0, output = 0] = filter.shape
  const made = Array.from({ length: groups }, (_, group): OnBackend => {
    const count = output / groups
    const of = (constant: Constant, length: number): Constant => ({ ...constant, shape: [...constant.shape.slice(0, -1), count], data: lastAxis(constant, length, group * count, count) }) // prettier-ignore
    return onBackend({ filter: of(filter, height * width * each), bias: bias === undefined ? undefined : of(bias, 1), window, groups: 1 })
  })
  return {
    run: (x) =>
      tf.concat(
        made.map(({ run }, group) => run(tf.slice(x, [0, 0, 0, group * each], [-1, -1, -1, each]))),
        3,
      ),
    dispose: () => {
      made.forEach(({ dispose }) => {
        dispose()
      })
    },
  }
}

/** Some of the last axis. */
const lastAxis = ({ data, shape }: Constant, rows: number, start: number, count: number): Float32Array => {
  const length = shape.at(-1) ?? 0
  const part = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) part.set(data.subarray(row * length + start, row * length + start + count), row * count)
  return part
}
