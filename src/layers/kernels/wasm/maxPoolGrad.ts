/**
 * MaxPoolGrad for `tf.maxPool` in a user's model on WASM, where TensorFlow.js' kernels are wrong: in 2-D if a window has no positive value (the kernel compares with 0, and takes the last of
 * several maxima), in 3-D if windows are padded or overlap.
 *
 * Laws: a window's gradient goes to its first maximum (slice by slice, row by row), as on the cpu backend; windows that overlap add up.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs'

/** How the pooling ran, as TensorFlow.js' kernels describe it. */
export interface Pooled {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** How pooling of volumes ran. */
export interface PooledVolumes {
  readonly filterSize: number | [number, number, number]
  readonly strides: number | [number, number, number]
  readonly pad: 'same' | 'valid' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The gradient in the pooled images x [batch, height, width, channels], from that in the output. */
export const maximumGradient = (dy: Tensor4D, x: Tensor4D, { filterSize, strides, pad, dimRoundingMode }: Pooled): Tensor4D => {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode)
  return toFirstMaxima(dy, x, [ONE, ...rowsAndColumns(info)])
}

/** The gradient in the pooled volumes x [batch, depth, height, width, channels], from that in the output. */
export const volumeMaximumGradient = (dy: Tensor5D, x: Tensor5D, { filterSize, strides, pad, dimRoundingMode }: PooledVolumes): Tensor5D => {
  const info = tf.backend_util.computePool3DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode)
  const slices: Axis = { side: info.inDepth, out: info.outDepth, stride: info.strideDepth, before: info.padInfo.front, reach: info.filterDepth }
  return toFirstMaxima(dy, x, [slices, ...rowsAndColumns(info)])
}

/** The windows along one axis. */
interface Axis {
  readonly side: number
  readonly out: number
  readonly stride: number
  /** The padding before the first position. */
  readonly before: number
  readonly reach: number
}

type Axes = readonly [slices: Axis, rows: Axis, columns: Axis]

const ONE: Axis = { side: 1, out: 1, stride: 1, before: 0, reach: 1 }

const rowsAndColumns = (info: tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo): readonly [Axis, Axis] => [
  { side: info.inHeight, out: info.outHeight, stride: info.strideHeight, before: info.padInfo.top, reach: info.filterHeight },
  { side: info.inWidth, out: info.outWidth, stride: info.strideWidth, before: info.padInfo.left, reach: info.filterWidth },
]

const toFirstMaxima = <T extends Tensor>(dy: T, x: T, axes: Axes): T => {
  const [values, above, gradient] = [x.dataSync<'float32'>(), dy.dataSync<'float32'>(), new Float32Array(x.size)]
  const [batch = 0] = x.shape
  const channels = x.shape.at(-1) ?? 0
  const [slices, rows, columns] = axes.map(windows) as [readonly Span[], readonly Span[], readonly Span[]]
  const depth = axes[0].side
  let at = 0
  for (let image = 0; image < batch; image++)
    for (const slice of slices)
      for (const row of rows)
        for (const column of columns)
          for (let channel = 0; channel < channels; channel++, at++) {
            const first = firstMaximum(values, { slice: [image * depth + slice[0], image * depth + slice[1]], row, column }, axes, { channel, channels })
            gradient[first] = (gradient[first] ?? 0) + (above[at] ?? 0)
          }
  return tf.tensor(gradient, x.shape) as T
}

type Span = readonly [from: number, to: number]

/** The part of each window that is in the image. */
const windows = ({ side, out, stride, before, reach }: Axis): readonly Span[] =>
  Array.from({ length: out }, (_, i) => [Math.max(0, i * stride - before), Math.min(side, i * stride - before + reach)])

interface Window {
  readonly slice: Span
  readonly row: Span
  readonly column: Span
}

/** The place of a window's first maximum. */
const firstMaximum = (
  values: Float32Array,
  { slice, row, column }: Window,
  [, { side: height }, { side: width }]: Axes,
  { channel, channels }: { readonly channel: number; readonly channels: number },
): number => {
  let [most, place] = [-Infinity, -1]
  for (let z = slice[0]; z < slice[1]; z++)
    for (let y = row[0]; y < row[1]; y++)
      for (let x = column[0]; x < column[1]; x++) {
        const at = ((z * height + y) * width + x) * channels + channel
        const value = values[at] ?? 0
        if (place < 0 || value > most) [most, place] = [value, at]
      }
  return place
}
