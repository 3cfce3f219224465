/**
 * Which kernels of TensorFlow.js have second derivatives, and the gradients that it lacks of kernels that only gradients use.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { runKernel } from './engine.js'

/** Kernels whose gradients have right derivatives once saved outputs are in order on the tape. Each is compared with differences in the tests. */
export const TWICE_DIFFERENTIABLE: ReadonlySet<string> = new Set(
  [
    'Abs Acos Acosh Add AddN Asin Asinh Atan Atan2 Atanh AvgPool BatchMatMul BatchToSpaceND BroadcastTo Cast Ceil ClipByValue Concat',
    'Conv2D Conv2DBackpropInput Cos Cosh Cumsum DepthwiseConv2dNative Elu Erf Exp ExpandDims Expm1 Floor FusedBatchNorm GatherV2',
    'Identity LeakyRelu Log Log1p Max Maximum MaxPool Mean Min Minimum MirrorPad Mod Multiply Neg OnesLike Pack PadV2 Pow Prelu RealDiv',
    'Reciprocal Relu Relu6 Reshape ResizeBilinear ResizeNearestNeighbor Reverse Round Rsqrt Select Selu Sigmoid Sign Sin Sinh Slice',
    'Softmax Softplus SpaceToBatchND SplitV Sqrt Square SquaredDifference Step Sub Sum Tan Tanh Tile Transpose Unpack',
    'UnsortedSegmentSum ZerosLike',
    // Ops of TensorFlow.js that are a customGrad; the name is that of their scope.
    'fusedConv2d__op fusedMatMul__op logSigmoid__op logSoftmax__op',
  ].flatMap((names) => names.split(' ')),
)

type Attributes = tf.NamedAttrMap
type Gradients = (ddx: Tensor, saved: readonly Tensor[], attributes: Attributes) => Readonly<Record<string, () => Tensor>>

const config = (kernelName: string, inputsToSave: string[], gradients: Gradients): tf.GradConfig => ({
  kernelName,
  inputsToSave,
  gradFunc: (ddx, saved, attributes) => ({ ...gradients(ddx as Tensor, saved, attributes) }),
})

const zeros = (x: Tensor) => (): Tensor => tf.zeros(x.shape)

/** The derivative of a comparison is 0 wherever it has one. */
const comparison = (kernelName: string): tf.GradConfig =>
  config(kernelName, ['a', 'b'], (_, saved) => {
    const [a, b] = saved as [Tensor, Tensor]
    return { a: zeros(a), b: zeros(b) }
  })

/** A gradient that is linear in `dy` alone: its transpose is the forward kernel. */
const linear = (kernelName: string, forward: (u: Tensor, dy: Tensor, attributes: Attributes) => Tensor, image: 'input' | 'images'): tf.GradConfig =>
  config(kernelName, ['dy', image], (u, saved, attributes) => {
    const [dy, x] = saved as [Tensor, Tensor]
    return { dy: () => forward(u, dy, attributes), [image]: zeros(x) }
  })

/** Every backend's gradient takes no notice of half-pixel centres, so its transpose takes none either. */
const resizing = (kernelName: string, forward: string): tf.GradConfig =>
  linear(kernelName, (u, dy, attributes) => runKernel(forward, { images: u }, { ...attributes, halfPixelCenters: false, size: dy.shape.slice(1, 3) }), 'images')

/** Each window has one value that its gradient goes to. */
const chosen = (u: Tensor, dy: Tensor, input: Tensor, output: Tensor, attributes: Attributes): Tensor => {
  const isMaximum = runKernel('MaxPoolGrad', { dy: tf.onesLike(dy), input, output }, attributes)
  const mean = (x: Tensor): Tensor => runKernel('AvgPool', { x }, attributes)
  return tf.div(mean(tf.mul(u, isMaximum)), mean(isMaximum))
}

/** Gradients that TensorFlow.js lacks. */
const MISSING: readonly tf.GradConfig[] = [
  ...['Equal', 'NotEqual', 'Greater', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'].map(comparison),
  config('LogicalNot', ['x'], (_, saved) => {
    const [x] = saved as [Tensor]
    return { x: zeros(x) }
  }),
  config('EluGrad', ['dy', 'y'], (u, saved) => {
    const [dy, y] = saved as [Tensor, Tensor]
    return { dy: () => runKernel('EluGrad', { dy: u, y }, {}), y: () => tf.mul(tf.mul(u, dy), tf.cast(tf.less(y, 0), 'float32')) }
  }),
  linear('AvgPoolGrad', (u, _, attributes) => runKernel('AvgPool', { x: u }, attributes), 'input'),
  resizing('ResizeBilinearGrad', 'ResizeBilinear'),
  resizing('ResizeNearestNeighborGrad', 'ResizeNearestNeighbor'),
  config('MaxPoolGrad', ['dy', 'input', 'output'], (u, saved, attributes) => {
    const [dy, input, output] = saved as [Tensor, Tensor, Tensor]
    return { dy: () => chosen(u, dy, input, output, attributes), input: zeros(input), output: zeros(output) }
  }),
  config('Conv2DBackpropFilter', ['x', 'dy'], (u, saved, attributes) => {
    const [x, dy] = saved as [Tensor, Tensor]
    return {
      x: () => runKernel('Conv2DBackpropInput', { dy, filter: u }, { ...attributes, inputShape: x.shape }),
      dy: () => runKernel('Conv2D', { x, filter: u }, { ...attributes, dilations: [1, 1] }),
    }
  }),
  config('DepthwiseConv2dNativeBackpropInput', ['dy', 'filter'], (u, saved, attributes) => {
    const [dy, filter] = saved as [Tensor, Tensor]
    return {
      dy: () => runKernel('DepthwiseConv2dNative', { x: u, filter }, attributes),
      filter: () => runKernel('DepthwiseConv2dNativeBackpropFilter', { x: u, dy }, { ...attributes, filterShape: filter.shape }),
    }
  }),
  config('DepthwiseConv2dNativeBackpropFilter', ['x', 'dy'], (u, saved, attributes) => {
    const [x, dy] = saved as [Tensor, Tensor]
    return {
      x: () => runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter: u }, { ...attributes, inputShape: x.shape }),
      dy: () => runKernel('DepthwiseConv2dNative', { x, filter: u }, attributes),
    }
  }),
]

/** Runs work whose ops are recorded with these gradients, too. Afterwards TensorFlow.js' registry is as it was. */
export const withMissingGradients = <A>(work: () => A): A => {
  // WASM's MaxPoolGrad is wrong for windows without a positive value, so that its transpose is not known.
  const isKnown = (kernelName: string): boolean => kernelName !== 'MaxPoolGrad' || tf.getBackend() !== 'wasm'
  const added = MISSING.filter(({ kernelName }) => isKnown(kernelName) && (tf.getGradient(kernelName) as tf.GradConfig | undefined) === undefined)
  added.forEach((one) => {
    tf.registerGradient(one)
  })
  try {
    return work()
  } finally {
    added.forEach(({ kernelName }) => {
      tf.unregisterGradient(kernelName)
    })
  }
}
