/**
 * Convolutions of a picture and to a picture by the WebAssembly module.
 *
 * Laws: equal the plain convolution except for rounding (2e-6 of the norm at most). Equal neighbourhoods give equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { runParts } from '../../../core/tensors/simd/runSimd.js'
import { disposing, keptBias, withOptionalRelu, type Convolver } from '../convolver.js'
import { outputsAlong } from '../windows.js'
import { PANEL, type NetworkKernels } from './networkKernels.js'
import { unitsOf } from './parts.js'

/** The convolution of a picture at any stride, with `before` zeros around it. Output channels are a multiple of PANEL. */
export const simdFirstLayer = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): Convolver => {
  const [taps, , , output] = filter.shape
  const weights = tf.keep(tf.tidy(() => tf.clone(tf.transpose(tf.reshape(filter, [3 * taps ** 2, output / PANEL, PANEL]), [1, 0, 2]))))
  const addend = keptBias(bias, output)
  const run = (x: Tensor4D, relu: boolean): Tensor4D => {
    const [batch, height, width] = x.shape
    const [down, across] = [outputsAlong(height, taps, stride, before), outputsAlong(width, taps, stride, before)]
    const rows = { count: batch * down, fewest: unitsOf(across * output * 3 * taps ** 2) }
    const sizes = [height, width, taps, stride, before, down, across, output]
    return runParts(module, {
      inputs: { x, weights, addend },
      shape: [batch, down, across, output],
      scratchBytes: 0,
      threadBytes: 4 * taps * ((4 * Math.ceil(across / 4) - 1) * stride + taps) * 3,
      call: (run, { inputs, output: y }) => {
        run('firstLayer', rows, inputs.x, y, inputs.weights, inputs.addend, ...sizes, Number(relu))
      },
    })
  }
  return { run, dispose: disposing([weights, addend]) }
}

/** The convolution 3 x 3 to a picture, which keeps the size: the gradient of a first layer. Input channels are a multiple of 4. */
export const simdToThreeChannels = (module: NetworkKernels, filter: Tensor4D): Convolver => {
  const input = filter.shape[2]
  const weights = tf.keep(tf.tidy(() => tf.transpose(tf.reshape(filter, [9, input / 4, 4, 3]), [0, 1, 3, 2])))
  const run = (x: Tensor4D): Tensor4D => {
    const [batch, height, width] = x.shape
    return runParts(module, {
      inputs: { x, weights },
      shape: [batch, height, width, 3],
      scratchBytes: 0,
      threadBytes: rowBytes(width, input),
      call: (run, { inputs, output }) => {
        run('toThreeChannels', { count: batch * height, fewest: unitsOf(27 * width * input) }, inputs.x, output, inputs.weights, height, width, input)
      },
    })
  }
  return { run: withOptionalRelu(run), dispose: disposing([weights]) }
}

/** The bytes of three rows with a pixel of zeros on each side, and room for the last pixels (PIXELS in vectors.h, at most 4). */
const rowBytes = (width: number, channels: number): number => 4 * 3 * (width + 6) * channels
