/**
 * Products of transposed matrices and of many matrices, by the backend's product of one plain pair. Its own kernel multiplies all others number by number, which takes ten times as long.
 * The gradients of dense layers, of Fourier transforms and of attention are such products.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'

/** The attributes of a product, as TensorFlow.js' kernels describe it. */
export interface Product {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Pairs with fewer multiplications take less time than the ops that separate them. */
const SMALL = 2 ** 16

/** Whether the backend's own kernel is faster, or needed: for a plain pair, for small matrices, and if one side broadcasts. */
export const isPlain = (a: Tensor, b: Tensor, { transposeA, transposeB }: Product): boolean => {
  const [count, others] = [matrices(a), matrices(b)]
  const [rows = 1, columns = 1] = a.shape.slice(-2)
  const each = rows * columns * (b.shape.at(transposeB ? -2 : -1) ?? 1)
  return (!transposeA && !transposeB && count === 1 && others === 1) || each < SMALL || count !== others
}

/** The products of the pairs, [..., rows, columns]. */
export const matrixProducts = (a: Tensor, b: Tensor, { transposeA, transposeB }: Product): Tensor =>
  tf.tidy(() => {
    const [left, right] = [separate(a, transposeA), separate(b, transposeB)]
    const products = left.map((x, i) => tf.matMul<Tensor2D>(x, right[i] ?? x))
    const [only] = products
    const all = products.length === 1 && only !== undefined ? only : tf.stack(products)
    return tf.reshape(all, [...a.shape.slice(0, -2), ...all.shape.slice(-2)])
  })

const matrices = ({ shape }: Tensor): number => tf.util.sizeFromShape(shape.slice(0, -2))

/** The matrices one by one, transposed if `transposed`. */
const separate = (x: Tensor, transposed: boolean): readonly Tensor2D[] => {
  const [rows = 1, columns = 1] = x.shape.slice(-2)
  const all = tf.reshape(x, [-1, rows, columns])
  return tf.unstack(transposed ? tf.transpose(all, [0, 2, 1]) : all) as Tensor2D[]
}
