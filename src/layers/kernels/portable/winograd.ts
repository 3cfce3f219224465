/**
 * Convolution 3 x 3 by Winograd's F(2, 3), along the columns and, inside, along the rows: 16 products per square of 2 x 2 outputs instead of 36.
 *
 * Along one axis, two neighbours come from the four inputs (a, b, c, d) around them and the filter (f, g, h) by four products,
 * p = (a - c) f, q = (b + c) (f + g + h) / 2, r = (c - b) (f - g + h) / 2, s = (b - d) h: the first is p + q + r, the second q - r - s.
 *
 * The products are convolutions of the backend's own; the sums are single passes over memory. WASM, 256 channels in and out at 32 x 32: 25 ms instead of 46.
 *
 * Laws: equals the plain convolution except for rounding (1e-6 of the norm); zero where the whole neighbourhood is zero. Equal neighbourhoods need NOT give equal
 * values (those along a diagonal edge do not): neighbours are rounded in different ways.
 *
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.1.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Convolve } from '../convolver.js'
import { F2 } from './winogradForms.js'

/** The convolution with a filter [3, 3, in, out]; `product` makes those with [1, 1, in, out] that it is composed of. */
export const winograd = (product: Convolve): Convolve =>
  // Interleaving rows copies whole rows, interleaving columns single pixels: so columns are interleaved once, rows in each of the four products.
  along(COLUMNS, along(ROWS, product))

const ROWS = 1
const COLUMNS = 2
type Axis = typeof ROWS | typeof COLUMNS

const along =
  (axis: Axis, convolve: Convolve): Convolve =>
  (filter, bias) => {
    // Both outputs contain q, so a bias added to it is in each of them once.
    const products = filterParts(axis, filter).map((part, i) => convolve(part, i === 1 ? bias : undefined))
    const pickers = F2.ofInputs.map((weights) => tf.keep(picker(axis, weights, filter.shape[2])))
    const steps = pickers.map((weights, i) => (x: Tensor4D) => tf.tidy(() => products[i]?.run(picked(axis, x, weights)) ?? x))
    const run = (x: Tensor4D): Tensor4D =>
      tf.tidy(() => {
        const [p, q, r, s] = steps.map((step) => step(x)) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]
        const first = tf.tidy(() => tf.add<Tensor4D>(tf.add(p, q), r))
        const second = tf.tidy(() => tf.sub<Tensor4D>(tf.sub(q, r), s))
        tf.dispose([p, q, r, s])
        return cropped(interleaved(axis, first, second), x)
      })
    const dispose = (): void => {
      tf.dispose(pickers)
      products.forEach((product) => {
        product.dispose()
      })
    }
    return { run, dispose }
  }

/** A depthwise filter that takes the weighted sum of four neighbours. */
const picker = (axis: Axis, weights: readonly number[], channels: number): Tensor4D =>
  tf.tile(tf.tensor4d([...weights], axis === ROWS ? [4, 1, 1, 1] : [1, 4, 1, 1]), [1, 1, channels, 1])

/** The weighted sums at every second position; zeros stand before the first and after the last. */
const picked = (axis: Axis, x: Tensor4D, weights: Tensor4D): Tensor4D => {
  const around = (along: Axis): [number, number] => (along === axis ? [1, 1 + (x.shape[axis] % 2)] : [0, 0])
  return tf.depthwiseConv2d(x, weights, axis === ROWS ? [2, 1] : [1, 2], [[0, 0], around(ROWS), around(COLUMNS), [0, 0]])
}

/** The four filters of the products, of size 1 along the axis. */
const filterParts = (axis: Axis, filter: Tensor4D): readonly Tensor4D[] => {
  const [height, width, input, output] = filter.shape
  const byTap = tf.reshape(axis === ROWS ? filter : tf.transpose(filter, [1, 0, 2, 3]), [3, -1])
  const shape: [number, number, number, number] = axis === ROWS ? [1, width, input, output] : [height, 1, input, output]
  return tf.unstack(tf.matMul(tf.tensor2d(F2.ofFilter as number[][]), byTap)).map((part) => tf.reshape(part, shape))
}

/** Takes from the first and the second in turn, along the axis. */
const interleaved = (axis: Axis, first: Tensor4D, second: Tensor4D): Tensor4D => {
  const [batch, height, width, channels] = first.shape
  const shape: [number, number, number, number] = axis === ROWS ? [batch, 2 * height, width, channels] : [batch, height, 2 * width, channels]
  return tf.reshape(tf.stack([first, second], axis + 1), shape)
}

/** Cut to the size of x, one less if a side is odd. */
const cropped = (y: Tensor4D, { shape: [batch, height, width] }: Tensor4D): Tensor4D =>
  y.shape[1] === height && y.shape[2] === width ? y : tf.slice(y, [0, 0, 0, 0], [batch, height, width, -1])
