/**
 * Which kernels the network's ops use, chosen by what the backend has; every special path is chosen here and nowhere else.
 *
 * They run inside ops that have their own gradients, with the tape off.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'

/** The padding of a convolution: so that the size stays (at stride 1), or pixels on each side. */
export type Padding = 'same' | number

/** A convolution's window. */
export interface Window {
  readonly stride: number
  readonly padding: Padding
}

/** The kernels of one backend. */
export interface Kernels {
  /** Convolution, plus bias, then ReLU where asked for. */
  readonly convolve: (x: Tensor4D, filter: Tensor4D, bias: Tensor1D, window: Window, relu: boolean) => Tensor4D
  /** The gradient through a ReLU whose output was `y`. */
  readonly reluGradient: (dy: Tensor4D, y: Tensor4D) => Tensor4D
}

/** One kernel for convolution, bias and ReLU (WASM, WebGL, WebGPU, cpu); `tf.fused.conv2d` would take it apart again under a gradient. */
const fused: Kernels['convolve'] = (x, filter, bias, { stride, padding }, relu) =>
  tf.engine().runKernel('FusedConv2D', { x, filter, bias }, {
    strides: [stride, stride],
    pad: padding,
    dataFormat: 'NHWC',
    dilations: [1, 1],
    dimRoundingMode: null,
    activation: relu ? 'relu' : 'linear',
    leakyreluAlpha: 0,
  } as unknown as tf.NamedAttrMap)

/** Three kernels: TensorFlow's C library is faster so than by its fused one. */
const separate: Kernels['convolve'] = (x, filter, bias, { stride, padding }, relu) =>
  tf.tidy(() => {
    const sum = tf.add<Tensor4D>(tf.conv2d(x, filter, stride, padding), bias)
    return relu ? tf.relu(sum) : sum
  })

const masked: Kernels['reluGradient'] = (dy, y) => tf.mul(dy, tf.step(y))

const portable: Kernels = { convolve: fused, reluGradient: masked }
const native: Kernels = { convolve: separate, reluGradient: (dy, y) => tf.mul(dy, tf.sign(y)) }

/** The kernels for the backend in use. */
export const kernels = (): Kernels => (tf.getBackend() === 'tensorflow' ? native : portable)
