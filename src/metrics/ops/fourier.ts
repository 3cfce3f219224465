/**
 * The discrete Fourier transform over height and width by products of matrices, so that every backend has it, for any size, and its gradient.
 *
 * Complex numbers are a first axis of two: real and imaginary part. With W = C - iS along an axis, over the square root of its length, W is symmetric and its inverse is
 * its conjugate; `turn` 1 is the transform, -1 its inverse.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'

/** [[C, turn S], [-turn S, C]], which multiplies real parts over imaginary ones. */
const matrix = (size: number, turn: 1 | -1): Tensor2D => {
  const values = new Float32Array(4 * size * size)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      // The product modulo the size keeps the angle small, where cosines have all their digits.
      const angle = (2 * Math.PI * ((row * column) % size)) / size
      const [cosine, sine] = [Math.cos(angle) / Math.sqrt(size), (turn * Math.sin(angle)) / Math.sqrt(size)]
      values[row * 2 * size + column] = cosine
      values[row * 2 * size + size + column] = sine
      values[(size + row) * 2 * size + column] = -sine
      values[(size + row) * 2 * size + size + column] = cosine
    }
  return tf.tensor2d(values, [2 * size, 2 * size])
}

/** [2, n, ...] along n. */
const along = (x: Tensor, turn: 1 | -1): Tensor => {
  const [, size = 1] = x.shape
  return tf.reshape(tf.matMul(matrix(size, turn), tf.reshape(x, [2 * size, -1])), x.shape)
}

/** The orthonormal transform of [2, height, width, ...] over height and width, or its inverse. */
export const fourier = (x: Tensor, turn: 1 | -1 = 1): Tensor => {
  const others = x.shape.slice(3).map((_, i) => i + 3)
  const swap = (of: Tensor): Tensor => tf.transpose(of, [0, 2, 1, ...others])
  return swap(along(swap(along(x, turn)), turn))
}
