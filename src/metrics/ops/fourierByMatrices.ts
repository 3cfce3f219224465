/**
 * The discrete Fourier transform over the last two axes by products of matrices.
 *
 * With W = C - iS along an axis, over the root of its length, W is symmetric and its inverse is its conjugate. A length n = pq takes two products with small matrices, of p and of q numbers
 * (Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", 1965): for 256 an eighth of the operations.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** 1 is the transform, -1 its inverse. */
export type Turn = 1 | -1

/** Lengths below this take one product. */
const LEAST_SPLIT = 16

/** The factor of a length that is nearest to its root from below. */
const factorOf = (size: number): number => {
  if (size < LEAST_SPLIT) return 1
  let factor = Math.floor(Math.sqrt(size))
  while (size % factor > 0) factor--
  return factor
}

/** A complex matrix of turns, over the root of its size; `at` gives how far an input is turned in an output, in periods. */
interface Turns {
  readonly size: number
  readonly turn: Turn
  readonly at: (output: number, input: number) => number
  /** Whether the real and the imaginary part of an output are side by side; otherwise all real parts come first. */
  readonly isPaired: boolean
}

/** The matrix over real and imaginary parts, [2 * size, 2 * size], row by row; of the inputs all real parts come first. */
const matrix = ({ size, turn, at, isPaired }: Turns): Float32Array => {
  const values = new Float32Array(4 * size * size)
  const scale = 1 / Math.sqrt(size)
  for (let output = 0; output < size; output++) {
    const [real, imaginary] = (isPaired ? [2 * output, 2 * output + 1] : [output, size + output]).map((row) => row * 2 * size) as [number, number]
    for (let input = 0; input < size; input++) {
      const angle = 2 * Math.PI * at(output, input)
      const [cosine, sine] = [Math.cos(angle) * scale, turn * Math.sin(angle) * scale]
      values[real + input] = cosine
      values[real + size + input] = sine
      values[imaginary + input] = -sine
      values[imaginary + size + input] = cosine
    }
  }
  return values
}

/** [2, n, rest] transformed along n: [p, 2, n / p, rest], frequency k + p l being at [k, , l]. */
const along = (x: Tensor, turn: Turn): Tensor => {
  const [, n = 1, rest = 1] = x.shape
  const p = factorOf(n)
  const q = n / p
  // Position q i + j: over i for each j, then over j for each k. A product modulo the length keeps the angle small, where cosines have all their digits.
  const inner = matrix({ size: p, turn, at: (k, i) => ((k * i) % p) / p, isPaired: true })
  const first = p === 1 ? x : tf.matMul(tf.tensor2d(inner, [2 * p, 2 * p]), tf.reshape(x, [2 * p, q * rest]))
  const outer = tf.stack(
    Array.from({ length: p }, (_, k) => tf.tensor2d(matrix({ size: q, turn, at: (l, j) => ((j * (k + p * l)) % n) / n, isPaired: false }), [2 * q, 2 * q])),
  )
  const [left, right] = p === 1 ? [tf.reshape(outer, [2 * q, 2 * q]), tf.reshape(first, [2 * q, rest])] : [outer, tf.reshape(first, [p, 2 * q, rest])]
  return tf.reshape(tf.matMul(left, right), [p, 2, q, rest])
}

/** Operations per position. */
export const fourierFlops = (height: number, width: number): number =>
  [height, width].reduce((sum, size) => {
    const factor = factorOf(size)
    return sum + 8 * (factor === 1 ? size : factor + size / factor)
  }, 0)

/** The orthonormal transform of [2, ..., height, width] over height and width, or its inverse. */
export const fourierByMatrices = (x: Tensor, turn: Turn): Tensor => {
  const [height = 1, width = 1] = x.shape.slice(-2)
  const count = x.size / (2 * height * width)
  const byRows = tf.reshape(tf.transpose(tf.reshape(x, [2, count, height, width]), [0, 2, 1, 3]), [2, height, count * width])
  const down = along(byRows, turn)
  const [p = 1, , q = 1] = down.shape
  const byColumns = tf.transpose(tf.reshape(down, [p, 2, q, count, width]), [1, 4, 3, 2, 0])
  const across = along(tf.reshape(byColumns, [2, width, count * height]), turn)
  const [r = 1, , s = 1] = across.shape
  return tf.reshape(tf.transpose(tf.reshape(across, [r, 2, s, count, height]), [1, 3, 4, 2, 0]), x.shape)
}
