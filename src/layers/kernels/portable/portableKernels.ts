/** Kernels made of TensorFlow.js' own ops, for every backend. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { runKernel } from '../../../core/tensors/engine.js'
import type { Convolve } from '../convolver.js'
import type { Kernels } from '../kernels.js'
import type { Padding, Window } from '../windows.js'
import { byPhases } from './byPhases.js'

/** A convolution with its weights as arguments: bias and ReLU are optional. */
export type ConvolutionKernel = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, window: Window, relu: boolean) => Tensor4D

/** One kernel for convolution, bias and ReLU (WASM, WebGL, WebGPU, cpu); `tf.fused.conv2d` would split it again under a gradient. */
export const fused: ConvolutionKernel = (x, filter, bias, { stride, padding }, relu) =>
  runKernel(
    'FusedConv2D',
    { x, filter, ...(bias === undefined ? {} : { bias }) },
    {
      strides: [stride, stride],
      pad: padding,
      dataFormat: 'NHWC',
      dilations: [1, 1],
      dimRoundingMode: null,
      activation: relu ? 'relu' : 'linear',
      leakyreluAlpha: 0,
    },
  ) as Tensor4D

/** A convolver that runs one kernel on its own copies of the weights. */
export const convolverBy =
  (kernel: ConvolutionKernel): Kernels['convolver'] =>
  (filter, bias, window) => {
    const ours = tf.keep(tf.clone(filter))
    const addend = bias === undefined ? undefined : tf.keep(tf.clone(bias))
    return {
      run: (x, relu) => kernel(x, ours, addend, window, relu),
      dispose: () => {
        tf.dispose([ours, addend ?? []])
      },
    }
  }

/** The convolutions at stride 1 that another one is composed of. */
export const convolveBy =
  (kernel: ConvolutionKernel, padding: Padding = 'same'): Convolve =>
  (filter, bias) => {
    const { run, dispose } = convolverBy(kernel)(filter, bias, { stride: 1, padding })
    return { run: (x) => run(x, false), dispose }
  }

const masked: Kernels['reluGradient'] = (dy, y) => tf.tidy(() => tf.mul(dy, tf.step(y)))

/** Copies whole rows: on WASM a fifth of the time of resizeNearestNeighbor. */
const byRows: Kernels['repeated'] = (y) =>
  tf.tidy(() => {
    const [batch, height, width, channels] = y.shape
    const row = tf.reshape(tf.stack([y, y], 3), [batch, height, 2 * width * channels])
    return tf.reshape(tf.stack([row, row], 2), [batch, 2 * height, 2 * width, channels])
  })

const byDifference = <T extends tf.Tensor>(x: T, y: T): T =>
  tf.tidy(() => {
    const below = tf.tidy(() => tf.step(tf.sub(y, x)))
    return tf.sub<T>(1, below)
  })

const byRepeating: Kernels['isMaximum'] = (x, y) => tf.tidy(() => byDifference(x, byRows(y)))

/** The kernels of every backend that has none of its own. */
export const portable: Kernels = {
  convolver: convolverBy(fused),
  reluGradient: masked,
  repeated: byRows,
  isMaximum: byRepeating,
  overlaps: byPhases(byDifference),
}
