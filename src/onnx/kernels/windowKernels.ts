/** Convolutions and pooling, with their gradients. TensorFlow.js has channels last, ONNX first: transposes that meet cancel out. */
import { backend_util } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { size } from '../graph/hostArrays.js'
import { unfit } from '../graph/unfit.js'
import type { GraphOps } from '../trace/graphOps.js'
import type { Traced, TracedNode } from '../trace/traced.js'
import { firstOf, inputOf, numberOf, numbersOf, TO_NCHW, TO_NHWC, type KernelContext, type Translation } from './kernelContext.js'

type Pad = 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]]
type Rounding = 'floor' | 'round' | 'ceil' | undefined
type Sides = [number, number]

/** What a window's operator is told. */
interface Window {
  readonly attributes: { readonly kernel_shape: readonly number[]; readonly strides: readonly number[]; readonly pads: readonly number[] }
  readonly dilations: readonly number[]
  /** NCHW. */
  readonly output: Shape
}

const pair = (context: KernelContext, name: string): Sides => {
  const [first = 1, second = first] = numbersOf(context, name)
  return [first, second]
}

const padOf = ({ attributes }: KernelContext): Pad => attributes['pad'] as Pad
const roundingOf = ({ attributes }: KernelContext): Rounding => (attributes['dimRoundingMode'] ?? undefined) as Rounding

const windowOf = (info: backend_util.Conv2DInfo): Window => {
  const { top, bottom, left, right } = info.padInfo
  return {
    attributes: { kernel_shape: [info.filterHeight, info.filterWidth], strides: [info.strideHeight, info.strideWidth], pads: [top, left, bottom, right] },
    dilations: [info.dilationHeight, info.dilationWidth],
    output: [info.batchSize, info.outChannels, info.outHeight, info.outWidth],
  }
}

const convolutionInfo = (context: KernelContext, images: Shape, filter: Shape, isDepthwise: boolean): backend_util.Conv2DInfo => {
  if ((context.attributes['dataFormat'] ?? 'NHWC') !== 'NHWC') return unfit('channels before rows')
  return backend_util.computeConv2DInfo(
    images as [number, number, number, number],
    filter as [number, number, number, number],
    pair(context, 'strides'),
    pair(context, 'dilations'),
    padOf(context),
    roundingOf(context),
    isDepthwise,
  )
}

/** A filter [height, width, in, out] as [out, in, height, width]; of a depthwise one [in * multiplier, 1, height, width]. */
const filterOf = (ops: GraphOps, filter: Traced, isDepthwise: boolean): Traced => {
  const [height = 1, width = 1, input = 1, output = 1] = filter.shape
  return isDepthwise ? ops.reshape(ops.transpose(filter, [2, 3, 0, 1]), [input * output, 1, height, width]) : ops.transpose(filter, [3, 2, 0, 1])
}

const groupsOf = (filter: Traced, isDepthwise: boolean): TracedNode['attributes'] => (isDepthwise ? { group: filter.shape[2] ?? 1 } : {})

const convolve = (context: KernelContext, isDepthwise: boolean, bias: readonly Traced[] = [], activate = (y: Traced): Traced => y): Traced => {
  const { ops } = context
  const [x, filter] = [inputOf(context, 'x'), inputOf(context, 'filter')]
  const window = windowOf(convolutionInfo(context, x.shape, filter.shape, isDepthwise))
  const { attributes, dilations, output } = window
  const shared = context.isFree && isDepthwise && bias.length === 0 ? sharedFilter(filter, window) : undefined
  if (shared !== undefined) return activate(interleaved(ops, x, shared, window))
  const inputs = [ops.transpose(x, TO_NCHW), filterOf(ops, filter, isDepthwise), ...bias]
  const y = ops.node('Conv', inputs, { type: x.type, shape: output }, { ...attributes, dilations, ...groupsOf(filter, isDepthwise) })
  return ops.transpose(activate(y), TO_NHWC)
}

/** The filter [height, width, 1, 1] that all channels have, at stride 1. */
const sharedFilter = ({ from }: Traced, { attributes: { strides } }: Window): Traced | undefined => {
  if (from._tag !== 'Output' || from.node.operator !== 'Expand' || strides.some((stride) => stride !== 1)) return undefined
  const [source] = from.node.inputs
  return source?.shape.length === 4 && source.shape[2] === 1 && source.shape[3] === 1 ? source : undefined
}

/** One filter for all channels: columns and channels are one axis, in which neighbours are as far apart as there are channels. Their number may follow from a side. */
const interleaved = (ops: GraphOps, x: Traced, filter: Traced, { attributes: { kernel_shape, strides, pads }, dilations, output }: Window): Traced => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape
  const [, , rows = 0, columns = 0] = output
  const [top = 0, left = 0, bottom = 0, right = 0] = pads
  const isAcross = kernel_shape[1] !== 1 || left + right > 0
  const apart = isAcross ? channels : 1
  const across = (dilations[1] ?? 1) * apart
  const y = ops.node(
    'Conv',
    [ops.reshape(x, [batch, 1, height, width * channels]), ops.transpose(filter, [3, 2, 0, 1])],
    { type: x.type, shape: [batch, 1, rows, columns * channels] },
    { kernel_shape, strides, pads: [top, left * apart, bottom, right * apart], dilations: [dilations[0] ?? 1, kernel_shape[1] === 1 ? 1 : across] },
  )
  return ops.reshape(y, [batch, rows, columns, channels])
}

const fused =
  (isDepthwise: boolean): Translation =>
  (context) => {
    const { ops, inputs, attributes } = context
    const bias = inputs['bias']
    const activation = attributes['activation'] ?? 'linear'
    if ((bias !== undefined && bias.shape.length !== 1) || inputs['preluActivationWeights'] !== undefined) return unfit('a bias that is not of the channels')
    if (activation !== 'linear' && activation !== 'relu') return unfit(`the activation ${JSON.stringify(activation)} in a convolution`)
    return convolve(context, isDepthwise, bias === undefined ? [] : [bias], (y) => (activation === 'relu' ? ops.unary('Relu', y) : y))
  }

/** The gradient of a convolution in its input: a transposed convolution with the same filter. */
const inputGradient =
  (isDepthwise: boolean): Translation =>
  (context) => {
    const { ops } = context
    const [dy, filter] = [inputOf(context, 'dy'), inputOf(context, 'filter')]
    const shape = numbersOf(context, 'inputShape')
    const window = windowOf(convolutionInfo(context, shape, filter.shape, isDepthwise))
    return transposed(ops, dy, filterOf(ops, filter, isDepthwise), shape, window, groupsOf(filter, isDepthwise))
  }

/** Spreads dy [batch, height, width, channels] over the windows that it is of. */
const transposed = (ops: GraphOps, dy: Traced, weights: Traced, input: Shape, { attributes, dilations }: Window, groups: TracedNode['attributes']): Traced => {
  const [batch = 0, height = 0, width = 0, channels = 0] = input
  const { kernel_shape, strides, pads } = attributes
  const left = [height, width].map((side, i) => {
    const reach = ((kernel_shape[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1
    return side - ((strides[i] ?? 1) * ((dy.shape[i + 1] ?? 1) - 1) + reach - (pads[i] ?? 0) - (pads[i + 2] ?? 0))
  })
  // Padding beyond the last window is not spread; what no window reaches is 0.
  const ends = pads.map((pad, i) => (i < 2 ? pad : pad + Math.max(0, -(left[i - 2] ?? 0))))
  const spread = ops.node(
    'ConvTranspose',
    [ops.transpose(dy, TO_NCHW), weights],
    { type: dy.type, shape: [batch, channels, height - Math.max(0, left[0] ?? 0), width - Math.max(0, left[1] ?? 0)] },
    { kernel_shape, strides, pads: ends, dilations, ...groups },
  )
  return ops.transpose(ops.pad(spread, [[0, 0], [0, 0], [0, Math.max(0, left[0] ?? 0)], [0, Math.max(0, left[1] ?? 0)]], 0), TO_NHWC) // prettier-ignore
}

const poolingInfo = (context: KernelContext, images: Shape): backend_util.Conv2DInfo =>
  backend_util.computePool2DInfo(
    images as [number, number, number, number],
    pair(context, 'filterSize'),
    pair(context, 'strides'),
    1,
    padOf(context),
    roundingOf(context),
  )

const pool =
  (operator: 'MaxPool' | 'AveragePool'): Translation =>
  (context) => {
    const x = firstOf(context)
    const { attributes, output } = windowOf(poolingInfo(context, x.shape))
    return context.ops.transpose(context.ops.node(operator, [context.ops.transpose(x, TO_NCHW)], { type: x.type, shape: output }, { ...attributes }), TO_NHWC)
  }

/** Each window's gradient in equal shares to what it averages: padding is not counted. */
const averageGradient: Translation = (context) => {
  const { ops } = context
  const [dy, { shape }] = [inputOf(context, 'dy'), inputOf(context, 'input')]
  const window = windowOf(poolingInfo(context, shape))
  const [rows = 1, columns = 1] = window.attributes.kernel_shape
  const counts = countsOf(window, shape)
  const share = ops.binary('Div', dy, ops.graph.constant(counts, [1, window.output[2] ?? 1, window.output[3] ?? 1, 1], 'float32'))
  const channels = shape[3] ?? 1
  const ones = ops.graph.constant(new Float32Array(channels * rows * columns).fill(1), [channels, 1, rows, columns], 'float32')
  return transposed(ops, share, ones, shape, window, { group: channels })
}

const countsOf = ({ attributes: { kernel_shape, strides, pads }, output }: Window, [, height = 1, width = 1]: Shape): Float32Array => {
  const along = (side: number, i: number): readonly number[] =>
    Array.from({ length: output[i + 2] ?? 1 }, (_, at) => {
      const start = at * (strides[i] ?? 1) - (pads[i] ?? 0)
      return Math.min(side, start + (kernel_shape[i] ?? 1)) - Math.max(0, start)
    })
  return Float32Array.from(along(height, 0).flatMap((rows) => along(width, 1).map((columns) => rows * columns)))
}

/** Each window's gradient to the first of its maxima, as TensorFlow.js gives it. */
const maximumGradient: Translation = (context) => {
  const { ops } = context
  const [dy, input] = [inputOf(context, 'dy'), inputOf(context, 'input')]
  const { attributes, output } = windowOf(poolingInfo(context, input.shape))
  const [batch = 0, height = 0, width = 0, channels = 0] = input.shape
  const [, positions] = ops.graph.nodes(
    'MaxPool',
    [ops.transpose(input, TO_NCHW)],
    [
      { type: 'float32', shape: output },
      { type: 'int64', shape: output },
    ],
    { ...attributes, storage_order: 0 },
  )
  if (positions === undefined) return unfit('no positions')
  const count = size(output)
  const flat = ops.node(
    'ScatterND',
    [ops.graph.uniform(0, [size(input.shape)], 'float32'), ops.reshape(positions, [count, 1]), ops.reshape(ops.transpose(dy, TO_NCHW), [count])],
    { type: 'float32', shape: [size(input.shape)] },
    { reduction: 'add' },
  )
  return ops.transpose(ops.reshape(flat, [batch, channels, height, width]), TO_NHWC)
}

const batchNormalization: Translation = (context) => {
  const { ops, inputs } = context
  const [x, mean, variance] = [inputOf(context, 'x'), inputOf(context, 'mean'), inputOf(context, 'variance')]
  const deviation = ops.unary('Sqrt', ops.binary('Add', variance, ops.scalar(numberOf(context, 'varianceEpsilon', 0.001))))
  const normal = ops.binary('Div', ops.binary('Sub', x, mean), deviation)
  const { scale, offset } = inputs
  const scaled = scale === undefined ? normal : ops.binary('Mul', normal, scale)
  return offset === undefined ? scaled : ops.binary('Add', scaled, offset)
}

export const WINDOWS: Readonly<Record<string, Translation>> = {
  AvgPool: pool('AveragePool'),
  AvgPoolGrad: averageGradient,
  Conv2D: (context) => convolve(context, false),
  Conv2DBackpropInput: inputGradient(false),
  DepthwiseConv2dNative: (context) => convolve(context, true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(true),
  FusedBatchNorm: batchNormalization,
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  MaxPool: pool('MaxPool'),
  MaxPoolGrad: maximumGradient,
}
