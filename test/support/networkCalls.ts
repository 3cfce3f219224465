/** A call of every kernel of the WebAssembly module of networks, of odd sizes, batches and edges, large enough to be divided. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { ComparableFields } from '../../src/layers/kernels/step.js'
import type { Window } from '../../src/layers/kernels/windows.js'
import type { NetworkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { simdConvolver } from '../../src/layers/kernels/simd/simdConvolver.js'
import { simdMaxPoolGradient, simdOverlappingMaxGradient, simdReluGradient } from '../../src/layers/kernels/simd/simdGradients.js'
import { simdL2Pool, simdL2PoolGradient } from '../../src/layers/kernels/simd/simdL2Pool.js'
import { simdMaxPool } from '../../src/layers/kernels/simd/simdMaxPool.js'
import { noise } from './images.js'

type Shape = [number, number, number, number]
type Call = (module: NetworkKernels) => Tensor4D

const centred = (seed: number, shape: Shape): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))

/** Values of which many are equal, so that windows have several maxima. */
const coarse = (seed: number, shape: Shape): Tensor4D => tf.tidy(() => tf.round(tf.mul<Tensor4D>(noise(seed, shape), 3)))

const convolution =
  (filter: Shape, x: Shape, window: Window = { stride: 1, padding: 'same' }): Call =>
  (module) => {
    const bias = filter[3] === 3 ? undefined : (tf.reshape(centred(2, [1, 1, 1, filter[3]]), [filter[3]]) as Tensor1D)
    const made = simdConvolver(module, centred(1, filter), bias, window, false)
    if (made === undefined) throw new Error(`The module must convolve a filter ${filter.join(' x ')}.`)
    try {
      return made.run(centred(3, x), true)
    } finally {
      made.dispose()
    }
  }

/** A picture whose columns repeat, so that receptive fields are equal. */
const seen = (x: Shape): ComparableFields => ({
  picture: tf.tidy(() => tf.tile(coarse(4, [x[0], x[1], 1, 3]), [1, 1, x[2], 1])),
  fields: ([, height, width]) => [height, width, 3, 1, 1, 3, 1, height - 2, 1, width - 2],
})

const found = (result: Tensor4D | undefined): Tensor4D => {
  if (result === undefined) throw new Error('The module must take these windows.')
  return result
}

const maxPool =
  (shape: Shape, fields: (shape: Shape) => ComparableFields | undefined): Call =>
  (module) => {
    const x = coarse(5, shape)
    // TensorFlow.js' kernel crashes without a window.
    const y = shape[1] === 1 ? tf.zeros<tf.Rank.R4>([shape[0], 0, shape[2] / 2, shape[3]]) : tf.maxPool(x, 2, 2, 'valid')
    return found(simdMaxPoolGradient(module, tf.mul<Tensor4D>(y, 0.7), x, y, fields(shape)))
  }

const overlapping =
  (shape: Shape, size: number, stride: number, fields: (shape: Shape) => ComparableFields | undefined): Call =>
  (module) => {
    const x = coarse(7, shape)
    const y = tf.maxPool(x, size, stride, 'valid')
    return found(simdOverlappingMaxGradient(module, centred(8, y.shape), x, y, { size, stride, rounding: 'floor' }, fields(shape)))
  }

const none = (): undefined => undefined

/** The calls by name. */
export const NETWORK_CALLS: readonly (readonly [name: string, call: Call])[] = [
  ['a first layer, 2 x [53, 41]', convolution([3, 3, 3, 64], [2, 53, 41, 3])],
  ['a first layer at stride 4, 3 x [123, 119]', convolution([11, 11, 3, 64], [3, 123, 119, 3], { stride: 4, padding: 2 })],
  ['the gradient of a first layer, 2 x [53, 41]', convolution([3, 3, 64, 3], [2, 53, 41, 64])],
  ['F(4, 3) in steps, 3 x [29, 23]', convolution([3, 3, 68, 72], [3, 29, 23, 68])],
  ['F(4, 3) in steps of two blocks, [53, 47]', convolution([3, 3, 64, 64], [1, 53, 47, 64])],
  ['F(4, 3) in blocks, 2 x [101, 99]', convolution([3, 3, 32, 40], [2, 101, 99, 32])],
  ['F(4, 3) with weights that are not kept, [9, 14]', convolution([3, 3, 516, 520], [1, 9, 14, 516])],
  ['F(2, 5) in steps, 2 x [15, 13]', convolution([5, 5, 64, 72], [2, 15, 13, 64])],
  ['F(2, 5) in blocks, [61, 47]', convolution([5, 5, 24, 16], [1, 61, 47, 24])],
  ['the gradient of ReLUs', (module) => simdReluGradient(module, centred(9, [2, 41, 61, 67]), tf.relu(centred(10, [2, 41, 61, 67])))],
  ['max pooling, 3 x [101, 127]', (module) => found(simdMaxPool(module, centred(14, [3, 101, 127, 64]), { size: 2, stride: 2, rounding: 'floor' }))],
  ['max pooling over the edge, 2 x [85, 127]', (module) => found(simdMaxPool(module, centred(15, [2, 85, 127, 64]), { size: 3, stride: 2, rounding: 'ceil' }))],
  ['the gradient of max pooling, 3 x [101, 61]', maxPool([3, 101, 61, 64], none)],
  ['the gradient of max pooling by receptive fields, 3 x [101, 61]', maxPool([3, 101, 61, 64], seen)],
  ['the gradient of max pooling, 3 x [1, 40000] without a window', maxPool([3, 1, 40_000, 8], none)],
  ['the gradient of overlapping max pooling, 3 x [31, 33]', overlapping([3, 31, 33, 64], 3, 2, none)],
  ['the gradient of overlapping max pooling by receptive fields, 2 x [30, 31]', overlapping([2, 30, 31, 64], 3, 2, seen)],
  ['the gradient of overlapping max pooling at stride 1, [67, 33]', overlapping([1, 67, 33, 32], 5, 1, none)],
  ['L2 pooling, 3 x [37, 29]', (module) => simdL2Pool(module, centred(11, [3, 37, 29, 64]))],
  [
    'the gradient of L2 pooling, 2 x [37, 29]',
    (module) => {
      const x = centred(12, [2, 37, 29, 64])
      return simdL2PoolGradient(module, centred(13, [2, 19, 15, 64]), x, simdL2Pool({ ...module, threads: none }, x))
    },
  ],
]
