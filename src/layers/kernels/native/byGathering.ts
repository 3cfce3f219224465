/**
 * Gradients of overlapping windows by tables of positions: `tf.gather` copies the channels of a position at once, so they take few ops and are fast in TensorFlow's C library.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { LOWEST, windowsAlong, type Overlaps, type EqualsMaximum, type PoolingWindow } from '../windows.js'

/** Gradients by `tf.gather`. */
export const byGathering = (equals: EqualsMaximum): Overlaps => ({
  ofMaximum: (dy, x, y, window) => {
    const hits = equals(atOffsets(x, window), byWindow(y))
    const share = tf.div(byWindow(dy), tf.sum(hits, 0, true))
    return sumOfParts(tf.mul(hits, share), x.shape, window)
  },
  ofSum: (dy, from, window) => sumOfParts(tf.tile(byWindow(dy), [window.size ** 2, 1, 1]), from, window),
})

/** One row per window: [1, batch * windows, channels]. */
const byWindow = (y: Tensor4D): Tensor3D => tf.reshape(y, [1, -1, y.shape[3]])

/** The values of each window at each of its offsets: [offsets, batch * windows, channels]; `LOWEST` outside the image. */
const atOffsets = (x: Tensor4D, window: PoolingWindow): Tensor3D => {
  const channels = x.shape[3]
  const rows = withOneMore(tf.reshape(x, [-1, channels]), LOWEST)
  return tf.reshape(tf.gather(rows, placesAtOffsets(x.shape, window)), [window.size ** 2, -1, channels])
}

/** At each position of an image of the shape `from`, the sum of the parts of the windows that contain it: the transpose of `atOffsets`. */
const sumOfParts = (parts: Tensor, from: readonly number[], window: PoolingWindow): Tensor4D => {
  const [batch = 0, height = 0, width = 0, channels = 0] = from
  const rows = withOneMore(tf.reshape(parts, [-1, channels]), 0)
  const addends = tf.gather(rows, placesOfParts([batch, height, width], window))
  return tf.reshape(tf.sum(tf.reshape(addends, [-1, batch * height * width, channels]), 0), [batch, height, width, channels])
}

/** One more row at the end, for positions outside. */
const withOneMore = (rows: Tensor2D, value: number): Tensor2D =>
  tf.pad(
    rows,
    [
      [0, 1],
      [0, 0],
    ],
    value,
  )

/** For each offset of each window, its position in the images; outside, the row after the last. */
const placesAtOffsets = ([batch, height, width]: readonly [number, number, number, number], window: PoolingWindow): Tensor1D => {
  const { size, stride } = window
  const [rows, columns] = [windowsAlong(height, window), windowsAlong(width, window)]
  const places = new Int32Array(size * size * batch * rows * columns)
  let at = 0
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let picture = 0; picture < batch; picture++)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            const [y, x] = [row * stride + i, column * stride + j]
            places[at++] = y < height && x < width ? (picture * height + y) * width + x : batch * height * width
          }
  return tf.tensor1d(places, 'int32')
}

/** For each position, the rows of `parts` to add: the same number for all, with the row after the last in place of missing ones. */
const placesOfParts = ([batch, height, width]: readonly [number, number, number], window: PoolingWindow): Tensor1D => {
  const { size, stride } = window
  const [rows, columns] = [windowsAlong(height, window), windowsAlong(width, window)]
  const windows = batch * rows * columns
  const most = Math.ceil(size / stride)
  const places = new Int32Array(most * most * batch * height * width)
  let at = 0
  for (let up = 0; up < most; up++)
    for (let left = 0; left < most; left++)
      for (let picture = 0; picture < batch; picture++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            // The window `up` rows before the last one that contains y, and the position's offset in it.
            const [row, column] = [Math.floor(y / stride) - up, Math.floor(x / stride) - left]
            const [i, j] = [y - row * stride, x - column * stride]
            const isThere = row >= 0 && column >= 0 && row < rows && column < columns && i < size && j < size
            places[at++] = isThere ? (i * size + j) * windows + (picture * rows + row) * columns + column : size * size * windows
          }
  return tf.tensor1d(places, 'int32')
}
