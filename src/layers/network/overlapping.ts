/**
 * Max and average pooling over windows of any size and stride, with gradients that are right where windows overlap and values tie.
 *
 * Laws: a window's gradient sums to dy; where several values are its maximum they share it equally; positions that no window covers get none.
 *
 * A window's value at offset d = r + stride * m is the image's phase r (every stride-th position from r on), m further: comparing and adding are done on phases,
 * each a plain copy of memory.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { kernels } from './kernels.js'
import { promised, type Step } from './step.js'
import type { PoolingWindow } from './table.js'

type Sides = readonly [height: number, width: number]

/** How many windows stand along a side. In 'ceil' rounding the last may reach over the edge, but starts before it. */
export const windowsAlong = (side: number, { size, stride, rounding }: PoolingWindow): number => {
  const whole = Math.max(0, Math.floor((side - size) / stride) + 1)
  return rounding === 'ceil' && side - size > (whole - 1) * stride && whole * stride < side ? whole + 1 : whole
}

const counts = (x: Tensor4D, window: PoolingWindow): Sides => [windowsAlong(x.shape[1], window), windowsAlong(x.shape[2], window)]

/** The smallest float32: never the maximum of a window. (Infinity is no number in WebGL.) */
const LOWEST = -3.4028234663852886e38

/** Maximum of each window. */
export const maxOver = (window: PoolingWindow): Step => ({
  keeps: { input: true, output: true },
  ready: () => undefined,
  forward: (x) => tf.tidy(() => tf.maxPool(covered(x, window, LOWEST), window.size, window.stride, 'valid')),
  backward: (dy, { x, y, from }) =>
    tf.tidy(() => {
      const { reaches } = kernels()
      const maxima = promised(y)
      const places = placesOf(promised(x), window)
      const hits = offsets(window).map(([row, column]) => tf.tidy(() => reaches(places(row, column), maxima)))
      const share = tf.tidy(() => tf.div<Tensor4D>(dy, summed(hits)))
      return gathered(window, [maxima.shape[1], maxima.shape[2]], from, (row, column) => tf.mul(share, hits[row * window.size + column] ?? share))
    }),
})

/** Mean of each window, of the part of it that is in the image. */
export const averageOver = (window: PoolingWindow): Step => {
  const average = (x: Tensor4D): Tensor4D => tf.avgPool(covered(x, window, 0), window.size, window.stride, 'valid')
  /** How much of each window is in the image. */
  const inside = (height: number, width: number): Tensor4D => average(tf.ones([1, height, width, 1]))
  return {
    keeps: { input: false, output: false },
    ready: () => undefined,
    forward: (x) => tf.tidy(() => tf.div(average(x), inside(x.shape[1], x.shape[2]))),
    backward: (dy, { from }) =>
      tf.tidy(() => {
        const share = tf.div<Tensor4D>(dy, tf.mul(inside(from[1] ?? 0, from[2] ?? 0), window.size ** 2))
        return gathered(window, [dy.shape[1], dy.shape[2]], from, () => share)
      }),
  }
}

/** Cut or filled so that whole windows cover it. */
const covered = (x: Tensor4D, window: PoolingWindow, fill: number): Tensor4D => {
  const [rows, columns] = counts(x, window)
  const span = (windows: number): number => (windows - 1) * window.stride + window.size
  return sized(x, [span(rows), span(columns)], fill)
}

/** Cut, or filled at the end, to these sides. */
const sized = (x: Tensor4D, [height, width]: Sides, fill: number): Tensor4D => {
  const cut = x.shape[1] > height || x.shape[2] > width ? tf.slice(x, [0, 0, 0, 0], [-1, Math.min(height, x.shape[1]), Math.min(width, x.shape[2]), -1]) : x
  const [, rows, columns] = cut.shape
  return rows === height && columns === width
    ? cut
    : tf.pad(
        cut,
        [
          [0, 0],
          [0, height - rows],
          [0, width - columns],
          [0, 0],
        ],
        fill,
      )
}

/** Every position of a window. */
const offsets = ({ size }: PoolingWindow): readonly Sides[] => Array.from({ length: size * size }, (_, i): Sides => [Math.floor(i / size), i % size])

/** WebGPU gives a program 8 buffers, the sum's own among them: beyond that TensorFlow.js' addN says nothing and leaves what was in memory. */
const MOST_ADDENDS = 7

const summed = (parts: readonly Tensor4D[]): Tensor4D =>
  parts.length <= MOST_ADDENDS ? tf.addN([...parts]) : tf.add(tf.addN(parts.slice(0, MOST_ADDENDS)), summed(parts.slice(MOST_ADDENDS)))

/** How many phases long a window is. */
const reach = ({ size, stride }: PoolingWindow): number => Math.ceil(size / stride)

/** What each window has at an offset: [batch, windows down, windows across, channels]. */
const placesOf = (x: Tensor4D, window: PoolingWindow): ((row: number, column: number) => Tensor4D) => {
  const { stride } = window
  const [rows, columns] = counts(x, window)
  const more = reach(window) - 1
  const phases = split(sized(x, [(rows + more) * stride, (columns + more) * stride], LOWEST), stride)
  return (row, column) => {
    const phase = phases[(row % stride) * stride + (column % stride)] ?? x
    return tf.slice(phase, [0, Math.floor(row / stride), Math.floor(column / stride), 0], [-1, rows, columns, -1])
  }
}

/** The sum, at each position of the image, of what the windows give it: `part` is what each window gives to one of its offsets. */
const gathered = (window: PoolingWindow, [rows, columns]: Sides, from: readonly number[], part: (row: number, column: number) => Tensor4D): Tensor4D => {
  const { stride } = window
  const more = reach(window) - 1
  const later = (at: number): [number, number] => [Math.floor(at / stride), more - Math.floor(at / stride)]
  const phase = (row: number, column: number): Tensor4D =>
    tf.tidy(() => {
      const parts = offsets(window).filter(([i, j]) => i % stride === row && j % stride === column)
      const shifted = parts.map(([i, j]) => tf.tidy(() => tf.pad(part(i, j), [[0, 0], later(i), later(j), [0, 0]]))) // prettier-ignore
      return shifted.length === 0 ? tf.zeros([from[0] ?? 0, rows + more, columns + more, from[3] ?? 0]) : summed(shifted)
    })
  const phases = offsets({ ...window, size: stride }).map(([row, column]) => phase(row, column))
  return sized(joined(phases, stride), [from[1] ?? 0, from[2] ?? 0], 0)
}

/** Every stride-th row and column, from each of the first ones on; the sides are multiples of the stride. */
const split = (x: Tensor4D, stride: number): readonly Tensor4D[] => {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [height / stride, width / stride]
  const byRow = tf.reshape(x, [batch * rows, stride, width * channels])
  return offsets({ size: stride, stride, rounding: 'floor' }).map(([row, column]) => {
    const line = tf.reshape(tf.slice(byRow, [0, row, 0], [-1, 1, -1]), [batch * rows, columns, stride * channels])
    return tf.reshape(tf.slice(line, [0, 0, column * channels], [-1, -1, channels]), [batch, rows, columns, channels])
  })
}

/** The image of these phases. */
const joined = (phases: readonly Tensor4D[], stride: number): Tensor4D => {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = phases[0]?.shape ?? []
  const lines = Array.from({ length: stride }, (_, row) =>
    tf.reshape(tf.concat(phases.slice(row * stride, (row + 1) * stride), 3), [batch, rows, columns * stride * channels]),
  )
  return tf.reshape(tf.stack(lines, 2), [batch, rows * stride, columns * stride, channels])
}
