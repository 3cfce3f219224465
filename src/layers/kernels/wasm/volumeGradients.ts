/**
 * The gradients of 3-D convolution, in its volumes and in its filter, whose WASM kernels are wrong: by up to 100 % of the largest value, in the filter for strides only.
 *
 * Laws: both equal the gradients of plain loops (1e-5 of the largest). A stride is zeros between the positions of the output's gradient; then both are convolutions.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor5D } from '@tensorflow/tfjs'

type Sides = readonly [depth: number, height: number, width: number]
type Shape5 = [number, number, number, number, number]

/** How the convolution ran, as TensorFlow.js' kernels describe it. */
export interface Convolved3 {
  readonly strides: number | [number, number, number]
  readonly pad: 'same' | 'valid'
}

const infoOf = (volume: Shape5, filter: Shape5, { strides, pad }: Convolved3): tf.backend_util.Conv3DInfo =>
  tf.backend_util.computeConv3DInfo(volume, filter, strides, 1, pad)

/** The gradient in volumes of the shape [batch, depth, height, width, in], from that in the output. */
export const volumeGradient = (dy: Tensor5D, filter: Tensor5D, volume: Shape5, convolved: Convolved3): Tensor5D =>
  tf.tidy(() => {
    const info = infoOf(volume, filter.shape, convolved)
    const [depth, rows, columns] = [info.filterDepth - 1, info.filterHeight - 1, info.filterWidth - 1]
    const { front, top, left } = info.padInfo
    const frame: Sides = [volume[1] + depth, volume[2] + rows, volume[3] + columns]
    const placed = framed(spread(dy, info), [depth - front, rows - top, columns - left], frame)
    return tf.conv3d(placed, tf.transpose(tf.reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3]), 1, 'valid')
  })

/** The gradient [depth, height, width, in, out] in the filter, from the volumes and the gradient in the output. */
export const volumeFilterGradient = (x: Tensor5D, dy: Tensor5D, filter: Shape5, convolved: Convolved3): Tensor5D =>
  tf.tidy(() => {
    const info = infoOf(x.shape, filter, convolved)
    const above = spread(dy, info)
    const { front, top, left } = info.padInfo
    const [, depth, height, width] = above.shape
    const volumes = framed(x, [front, top, left], [depth + filter[0] - 1, height + filter[1] - 1, width + filter[2] - 1])
    const under = tf.conv3d<Tensor5D>(tf.transpose(volumes, [4, 1, 2, 3, 0]), tf.transpose(above, [1, 2, 3, 0, 4]), 1, 'valid')
    return tf.transpose(under, [1, 2, 3, 0, 4])
  })

/** Puts `stride - 1` zeros between neighbouring positions. */
const spread = (dy: Tensor5D, { strideDepth, strideHeight, strideWidth }: tf.backend_util.Conv3DInfo): Tensor5D =>
  [strideDepth, strideHeight, strideWidth].reduce((x, stride, i) => spreadAxis(x, i + 1, stride), dy)

const spreadAxis = (x: Tensor5D, axis: number, stride: number): Tensor5D => {
  if (stride === 1) return x
  const [size = 1, before, after] = [x.shape[axis], tf.util.sizeFromShape(x.shape.slice(0, axis)), tf.util.sizeFromShape(x.shape.slice(axis + 1))]
  const apart = tf.pad(tf.reshape<tf.Rank.R3>(x, [before * size, 1, after]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ])
  const whole = tf.reshape<tf.Rank.R3>(apart, [before, size * stride, after])
  const reach = (size - 1) * stride + 1
  const shape = x.shape.map((side, i) => (i === axis ? reach : side)) as Shape5
  return tf.reshape(tf.slice(whole, [0, 0, 0], [-1, reach, -1]), shape)
}

/** Moves volumes by `before` in a frame of these sides: zeros fill it, and what lies outside is cut off. */
const framed = (x: Tensor5D, before: Sides, frame: Sides): Tensor5D => {
  const sides = x.shape.slice(1, 4)
  const [from, to] = [before.map((shift) => Math.max(0, -shift)), before.map((shift) => Math.max(0, shift))]
  const taken = sides.map((side, i) => Math.min(side - (from[i] ?? 0), (frame[i] ?? 0) - (to[i] ?? 0)))
  const cut = tf.slice<tf.Rank.R5, Tensor5D>(x, [0, ...from, 0] as Shape5, [-1, ...taken, -1] as Shape5)
  const around = taken.map((side, i): [number, number] => [to[i] ?? 0, (frame[i] ?? 0) - (to[i] ?? 0) - side])
  return tf.pad(cut, [[0, 0], ...around, [0, 0]])
}
