/**
 * The discrete Fourier transform over the last two axes, for any size, with its gradient.
 *
 * Complex numbers are a first axis of two: real and imaginary part. Over the root of the number of positions, the transform's gradient is its inverse. The TensorFlow C library has an op for
 * it on the processor; elsewhere it is a product of matrices along each axis, which every backend has.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { isNativeProcessor, namedOp } from '../../core/tensors/namedOps.js'
import { fourierByMatrices, type Turn } from './fourierByMatrices.js'

/** Of the library, whose inverse is over the number of positions, and whose transform is not. */
const fourierByName = (x: Tensor, turn: Turn): Tensor => {
  const [real, imaginary] = tf.unstack(x) as [Tensor, Tensor]
  const positions = x.shape.slice(-2).reduce((product, size) => product * size, 1)
  const spectrum = namedOp(turn === 1 ? 'FFT2D' : 'IFFT2D', (kinds) => [{ name: 'Tcomplex', type: kinds.TF_ATTR_TYPE, value: kinds.TF_COMPLEX64 }], [
    tf.complex(real, imaginary),
  ])
  return tf.mul(tf.stack([tf.real(spectrum), tf.imag(spectrum)]), Math.sqrt(positions) ** -turn)
}

/** Whether a length has factors up to 13 alone; for others the library's transforms are those of longer ones, and the last digits are off. */
const isSmooth = (size: number): boolean => [2, 3, 5, 7, 11, 13].reduce((rest, factor) => without(rest, factor), size) === 1

const without = (size: number, factor: number): number => (size > 0 && size % factor === 0 ? without(size / factor, factor) : size)

/** The orthonormal transform of [2, ..., height, width] over height and width, or its inverse. */
export const fourier = (x: Tensor, turn: Turn = 1): Tensor =>
  differentiable(x, (input) => ({
    value: (isNativeProcessor() && x.shape.slice(-2).every(isSmooth) ? fourierByName : fourierByMatrices)(input, turn),
    gradient: (dy) => fourier(dy, turn === 1 ? -1 : 1),
  }))
