/**
 * Which kernels the network's ops use, chosen by what the backend has; every special path is chosen here and nowhere else.
 *
 * They run inside ops that have their own gradients, with the tape off.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { winograd, type Convolve } from './winograd.js'

/** The padding of a convolution: so that the size stays (at stride 1), or pixels on each side. */
export type Padding = 'same' | number

/** A convolution's window. */
export interface Window {
  readonly stride: number
  readonly padding: Padding
}

/** A convolution with frozen weights, put onto the backend; its tensors stay until `dispose`. */
export interface Convolver {
  /** Convolution, plus bias, then ReLU where asked for. */
  readonly run: (x: Tensor4D, relu: boolean) => Tensor4D
  readonly dispose: () => void
}

/** The kernels of one kind of backend. */
export interface Kernels {
  /** Puts a filter [height, width, in, out] and a bias [out] onto the backend: what it needs of them is copied. */
  readonly convolver: (filter: Tensor4D, bias: Tensor1D | undefined, window: Window) => Convolver
  /** A faster one, where there is one, for which equal neighbourhoods need not give equal values. */
  readonly untied?: Kernels['convolver']
  /** The gradient through a ReLU whose output was `y`. */
  readonly reluGradient: (dy: Tensor4D, y: Tensor4D) => Tensor4D
}

type Run = (x: Tensor4D, filter: Tensor4D, bias: Tensor1D | undefined, window: Window, relu: boolean) => Tensor4D

/** One kernel for convolution, bias and ReLU (WASM, WebGL, WebGPU, cpu); `tf.fused.conv2d` would take it apart again under a gradient. */
const fused: Run = (x, filter, bias, { stride, padding }, relu) =>
  tf.engine().runKernel('FusedConv2D', { x, filter, ...(bias === undefined ? {} : { bias }) }, {
    strides: [stride, stride],
    pad: padding,
    dataFormat: 'NHWC',
    dilations: [1, 1],
    dimRoundingMode: null,
    activation: relu ? 'relu' : 'linear',
    leakyreluAlpha: 0,
  } as unknown as tf.NamedAttrMap)

/** Three kernels: TensorFlow's C library is faster so than by its fused one. */
const separate: Run = (x, filter, bias, { stride, padding }, relu) =>
  tf.tidy(() => {
    const product = tf.conv2d(x, filter, stride, padding)
    const sum = bias === undefined ? product : tf.add<Tensor4D>(product, bias)
    return relu ? tf.relu(sum) : sum
  })

const plainly =
  (convolve: Run): Kernels['convolver'] =>
  (filter, bias, window) => {
    const ours = tf.keep(tf.clone(filter))
    const addend = bias === undefined ? undefined : tf.keep(tf.clone(bias))
    return {
      run: (x, relu) => convolve(x, ours, addend, window, relu),
      dispose: () => {
        tf.dispose([ours, addend ?? []])
      },
    }
  }

/** One thread without fused multiply-adds takes the time of its products. With few channels the sums around them take more. */
const tiled: Kernels['convolver'] = (filter, bias, window) => {
  const [height, width, input, output] = filter.shape
  const pays = height === 3 && width === 3 && window.stride === 1 && window.padding === 'same' && Math.min(input, output) >= 16
  if (!pays) return plainly(fused)(filter, bias, window)
  const { run, dispose } = winograd(product)(filter, bias)
  return { run: (x, relu) => (relu ? tf.tidy(() => tf.relu(run(x))) : run(x)), dispose }
}

const product: Convolve = (filter, bias) => {
  const { run, dispose } = plainly(fused)(filter, bias, { stride: 1, padding: 'same' })
  return { run: (x) => run(x, false), dispose }
}

const masked: Kernels['reluGradient'] = (dy, y) => tf.tidy(() => tf.mul(dy, tf.step(y)))

const portable: Kernels = { convolver: plainly(fused), reluGradient: masked }
const wasm: Kernels = { ...portable, untied: tiled }
const native: Kernels = { convolver: plainly(separate), reluGradient: (dy, y) => tf.tidy(() => tf.mul(dy, tf.sign(y))) }

const SPECIAL: ReadonlyMap<string, Kernels> = new Map([
  ['wasm', wasm],
  ['tensorflow', native],
])

/** The kernels for the backend in use. */
export const kernels = (): Kernels => SPECIAL.get(tf.getBackend()) ?? portable
