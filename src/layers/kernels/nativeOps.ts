/**
 * The TensorFlow C library (tfjs-node, tfjs-node-gpu): ops of its that TensorFlow.js has no function for, run by name.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'

/** What of the backend runs an op by its name; the numbers are the C library's own for kinds of attributes. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_ATTR_BOOL' | 'TF_FLOAT', number>>
  readonly executeSingleOutput: (op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]) => Tensor
}

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

const native = (): NativeBackend => tf.backend() as unknown as NativeBackend

/** Whether the library computes on a GPU, where oneDNN is not what computes. */
export const isOnGpu = (): boolean => native().isUsingGpuDevice

const floats = ({ binding }: NativeBackend): Attribute => ({ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })

/** The gradient through a ReLU whose output was `y`: one pass over memory, where `step` is six ops. */
export const reluGrad = (dy: Tensor4D, y: Tensor4D): Tensor4D => {
  const backend = native()
  return backend.executeSingleOutput('ReluGrad', [floats(backend)], [dy, y]) as Tensor4D
}

/**
 * Convolution + bias by oneDNN in one op, which is private to TensorFlow: see `hasConvolutionWithBias`.
 *
 * The filter is not said to be constant: TensorFlow keeps a constant filter for every convolution with these attributes, whichever filter it is given next.
 */
export const convolutionWithBias = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D, stride: number, padding: 'same' | 'valid'): Tensor4D => {
  const backend = native()
  const { TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend.binding
  const attributes: readonly Attribute[] = [
    floats(backend),
    { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: padding.toUpperCase() },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'is_filter_const', type: TF_ATTR_BOOL, value: false },
    { name: '_kernel', type: TF_ATTR_STRING, value: 'MklNameChangeOp' },
  ]
  return backend.executeSingleOutput('_MklNativeConv2DWithBias', attributes, [x, filter, bias]) as Tensor4D
}

const probed = new WeakMap<object, boolean>()

/** Whether this TensorFlow has `convolutionWithBias` on this device, and it gives what the plain ops give; tried once a backend. */
export const hasConvolutionWithBias = (): boolean => {
  const backend = native()
  const known = probed.get(backend)
  if (known !== undefined) return known
  const has = !isOnGpu() && tf.tidy(probe)
  probed.set(backend, has)
  return has
}

/** Two filters in turn, to detect a cached one. */
const probe = (): boolean => {
  const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 3 * i))
  const x = tf.tensor4d(numbers(5 * 6 * 8, 1), [1, 5, 6, 8])
  const bias = tf.tensor1d(numbers(16, 2))
  try {
    return [3, 4].every((seed) => {
      const filter = tf.tensor4d(numbers(3 * 3 * 8 * 16, seed), [3, 3, 8, 16])
      const plain = tf.add(tf.conv2d(x, filter, 1, 'same'), bias)
      const difference = tf.max(tf.abs(tf.sub(convolutionWithBias(x, filter, bias, 1, 'same'), plain)))
      return (difference.dataSync()[0] ?? Infinity) <= 1e-5
    })
  } catch {
    return false
  }
}
