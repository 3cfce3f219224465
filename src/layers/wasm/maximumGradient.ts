/**
 * The gradient of max pooling, whose WASM kernel is wrong where a window has no positive value: it compares with 0, and takes the last of several maxima.
 *
 * Laws: a window's gradient goes to its first maximum (row by row), as on the cpu backend; windows that overlap add up.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** How the pooling ran, as TensorFlow.js' kernels describe it. */
export interface Pooled {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The gradient in the pooled images x [batch, height, width, channels], from that in the output. */
export const maximumGradient = (dy: Tensor4D, x: Tensor4D, { filterSize, strides, pad, dimRoundingMode }: Pooled): Tensor4D => {
  const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode)
  const [values, above, gradient] = [x.dataSync<'float32'>(), dy.dataSync<'float32'>(), new Float32Array(x.size)]
  const [batch, height, width, channels] = x.shape
  let at = 0
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < info.outHeight; row++) {
      const rows = inside(row * info.strideHeight - info.padInfo.top, info.filterHeight, height)
      for (let column = 0; column < info.outWidth; column++) {
        const columns = inside(column * info.strideWidth - info.padInfo.left, info.filterWidth, width)
        for (let channel = 0; channel < channels; channel++, at++) {
          const first = firstMaximum(values, image * height, { rows, columns, width, channels, channel })
          gradient[first] = (gradient[first] ?? 0) + (above[at] ?? 0)
        }
      }
    }
  return tf.tensor4d(gradient, x.shape)
}

type Span = readonly [from: number, to: number]

/** The part of a window that is in the image. */
const inside = (from: number, size: number, side: number): Span => [Math.max(0, from), Math.min(side, from + size)]

interface WindowOf {
  readonly rows: Span
  readonly columns: Span
  readonly width: number
  readonly channels: number
  readonly channel: number
}

/** The place of a window's first maximum. */
const firstMaximum = (values: Float32Array, above: number, { rows, columns, width, channels, channel }: WindowOf): number => {
  let [most, place] = [-Infinity, -1]
  for (let row = rows[0]; row < rows[1]; row++)
    for (let column = columns[0]; column < columns[1]; column++) {
      const at = ((above + row) * width + column) * channels + channel
      const value = values[at] ?? 0
      if (place < 0 || value > most) [most, place] = [value, at]
    }
  return place
}
