/**
 * Gradients of overlapping windows by phases. Phase r of an image is every stride-th position from r on: a window's value at the offset r + stride * m is m positions further in phase r. So
 * comparisons and sums work on phases, which every backend copies without gathering.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../../../core/tensors/addAll.js'
import { counts, LOWEST, sized, type Overlaps, type EqualsMaximum, type Sides, type PoolingWindow } from '../windows.js'

/** Gradients by slices and sums of phases. */
export const byPhases = (equals: EqualsMaximum): Overlaps => ({
  ofMaximum: (dy, x, y, window) => {
    const places = placesOf(x, window)
    const hits = offsets(window).map(([row, column]) => tf.tidy(() => equals(places(row, column), y) as Tensor4D))
    const share = tf.tidy(() => tf.div<Tensor4D>(dy, addAll(hits)))
    return gathered(window, [y.shape[1], y.shape[2]], x.shape, (row, column) => tf.mul(share, hits[row * window.size + column] ?? share))
  },
  ofSum: (dy, from, window) => gathered(window, [dy.shape[1], dy.shape[2]], from, () => dy),
})

/** Every position of a window. */
const offsets = ({ size }: PoolingWindow): readonly Sides[] => Array.from({ length: size * size }, (_, i): Sides => [Math.floor(i / size), i % size])

/** How many positions of a phase a window spans. */
const reach = ({ size, stride }: PoolingWindow): number => Math.ceil(size / stride)

/** The values of all windows at an offset: [batch, windows down, windows across, channels]. */
const placesOf = (x: Tensor4D, window: PoolingWindow): ((row: number, column: number) => Tensor4D) => {
  const { stride } = window
  const [rows, columns] = counts(x.shape, window)
  const more = reach(window) - 1
  const phases = split(sized(x, [(rows + more) * stride, (columns + more) * stride], LOWEST), stride)
  return (row, column) => {
    const phase = phases[(row % stride) * stride + (column % stride)] ?? x
    return tf.slice(phase, [0, Math.floor(row / stride), Math.floor(column / stride), 0], [-1, rows, columns, -1])
  }
}

/** At each position of the image, the sum of the parts of the windows that contain it; `part` has those of one offset. */
const gathered = (window: PoolingWindow, [rows, columns]: Sides, from: readonly number[], part: (row: number, column: number) => Tensor4D): Tensor4D => {
  const { stride } = window
  const more = reach(window) - 1
  const later = (at: number): [number, number] => [Math.floor(at / stride), more - Math.floor(at / stride)]
  const phase = (row: number, column: number): Tensor4D =>
    tf.tidy(() => {
      const parts = offsets(window).filter(([i, j]) => i % stride === row && j % stride === column)
      const shifted = parts.map(([i, j]) => tf.tidy(() => tf.pad(part(i, j), [[0, 0], later(i), later(j), [0, 0]]))) // prettier-ignore
      return shifted.length === 0 ? tf.zeros([from[0] ?? 0, rows + more, columns + more, from[3] ?? 0]) : addAll(shifted)
    })
  const phases = offsets({ ...window, size: stride }).map(([row, column]) => phase(row, column))
  return sized(joined(phases, stride), [from[1] ?? 0, from[2] ?? 0], 0)
}

/** The phases of an image whose sides are multiples of the stride. */
const split = (x: Tensor4D, stride: number): readonly Tensor4D[] => {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [height / stride, width / stride]
  const byRow = tf.reshape(x, [batch * rows, stride, width * channels])
  return offsets({ size: stride, stride, rounding: 'floor' }).map(([row, column]) => {
    const line = tf.reshape(tf.slice(byRow, [0, row, 0], [-1, 1, -1]), [batch * rows, columns, stride * channels])
    return tf.reshape(tf.slice(line, [0, 0, column * channels], [-1, -1, channels]), [batch, rows, columns, channels])
  })
}

/** The image with these phases. */
const joined = (phases: readonly Tensor4D[], stride: number): Tensor4D => {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = phases[0]?.shape ?? []
  const lines = Array.from({ length: stride }, (_, row) =>
    tf.reshape(tf.concat(phases.slice(row * stride, (row + 1) * stride), 3), [batch, rows, columns * stride * channels]),
  )
  return tf.reshape(tf.stack(lines, 2), [batch, rows * stride, columns * stride, channels])
}
