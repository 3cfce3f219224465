/**
 * Convolution + bias, and ReLU, as differentiable steps with frozen weights.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { kernels, type Window } from './kernels.js'
import { promised, type Step } from './step.js'

/** A convolution's frozen tensors: filter [height, width, in, out] (HWIO), bias [out], and the filter of its gradient. */
export interface ConvolutionTensors {
  readonly filter: Tensor4D
  readonly bias: Tensor1D
  /** The filter turned by 180 degrees with in and out exchanged: the gradient of a stride-1 'same' convolution is a convolution with it. */
  readonly flipped: Tensor4D
}

/** The filter of a convolution's input gradient. */
export const flip = (filter: Tensor4D): Tensor4D => tf.tidy(() => tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]))

/** Convolution + bias, with its ReLU when `relu`; keeps only what came out of the ReLU. */
export const convolution = (tensors: () => ConvolutionTensors, window: Window, relu: boolean): Step => ({
  keeps: { input: false, output: relu },
  ready: () => void tensors(),
  forward: (x) => {
    const { filter, bias } = tensors()
    return kernels().convolve(x, filter, bias, window, relu)
  },
  backward: (dy, { y, from }) => tf.tidy(() => inputGradient(relu ? kernels().reluGradient(dy, promised(y)) : dy, tensors(), window, from)),
})

/** Naive kernels compute `Conv2DBackpropInput` ten times slower than a convolution; where a convolution gives the same, it is used. */
const inputGradient = (dy: Tensor4D, { filter, flipped }: ConvolutionTensors, { stride, padding }: Window, from: readonly number[]): Tensor4D =>
  stride === 1 && (padding === 'same' || 2 * padding + 1 === filter.shape[0])
    ? tf.conv2d(dy, flipped, 1, 'same')
    : tf.conv2dTranspose(dy, filter, from as [number, number, number, number], stride, padding)

/** A ReLU by itself, where the value before it is asked for, too. */
export const relu: Step = {
  keeps: { input: false, output: true },
  ready: () => undefined,
  forward: (x) => tf.relu(x),
  backward: (dy, { y }) => tf.tidy(() => kernels().reluGradient(dy, promised(y))),
}
