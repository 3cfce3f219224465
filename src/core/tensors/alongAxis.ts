/** Weighted sums of neighbours along one axis. These ops have no gradient on every backend: use them in ops with their own. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { pictureKernels } from './simd/pictureKernels.js'
import { runSimd } from './simd/runSimd.js'

/** The weighted sums of neighbours along height, without padding: one weight per position of the window. */
export const alongHeight = (x: Tensor4D, weights: Tensor1D): Tensor4D => byOurs(x, 1, weights) ?? byColumns(x, weights)

/** The weighted sums of neighbours along width, without padding: one weight per position of the window. */
export const alongWidth = (x: Tensor4D, weights: Tensor1D): Tensor4D => byOurs(x, 2, weights) ?? byRows(x, weights)

/** By the kernel of our own: a tenth of the time of the WASM backend's depthwise convolution (11 taps of 4 x 720 x 1280). */
const byOurs = (x: Tensor4D, axis: 1 | 2, weights: Tensor1D): Tensor4D | undefined => {
  const module = pictureKernels.inUse()
  const { shape } = x
  const [length, count] = [shape[axis], weights.size]
  if (module === undefined || x.dtype !== 'float32' || length < count) return undefined
  return runSimd<Tensor4D, 'alongAxis', 'x' | 'weights'>(module, {
    inputs: { x, weights },
    shape: shape.map((side, i) => (i === axis ? length - count + 1 : side)),
    scratchBytes: 0,
    call: ({ alongAxis }, { inputs, output }) => {
      const [outer, inner] = [shape.slice(0, axis), shape.slice(axis + 1)].map((sides) => sides.reduce((a, b) => a * b, 1)) as [number, number]
      alongAxis(inputs.x, inputs.weights, output, outer, length, inner, count)
    },
  })
}

/** With columns and channels as one axis of channels: a depthwise convolution is the faster the more channels it has (11 taps of 4 x 512 x 512 x 3: 5 ms, not 9). */
const byColumns = (x: Tensor4D, weights: Tensor1D): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  const columns = width * channels
  const filter = tf.tile<Tensor4D>(tf.reshape(weights, [-1, 1, 1, 1]), [1, 1, columns, 1])
  const blurred = tf.depthwiseConv2d<Tensor4D>(tf.reshape(x, [batch, height, 1, columns]), filter, 1, 'valid')
  return tf.reshape(blurred, [batch, -1, width, channels])
}

const byRows = (x: Tensor4D, weights: Tensor1D): Tensor4D => {
  const filter = tf.tile<Tensor4D>(tf.reshape(weights, [1, -1, 1, 1]), [1, 1, x.shape[3], 1])
  return tf.depthwiseConv2d<Tensor4D>(x, filter, 1, 'valid')
}
