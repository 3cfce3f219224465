/**
 * The gradients of 3-D convolution, in its volumes and in its filter. TensorFlow.js' WASM kernels are wrong by up to 100 % of the largest value; in the filter only with strides.
 *
 * Laws: both equal the gradients of plain loops (1e-5 of the largest). Both are convolutions, with zeros between the positions of the output's gradient for a stride.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor5D } from '@tensorflow/tfjs'
import { cropOrPad, dilate } from './dilate.js'

type Shape5 = [number, number, number, number, number]

/** How the convolution ran, as TensorFlow.js' kernels describe it. */
export interface Convolved3 {
  readonly strides: number | [number, number, number]
  readonly pad: 'same' | 'valid'
}

const infoOf = (volume: Shape5, filter: Shape5, { strides, pad }: Convolved3): tf.backend_util.Conv3DInfo =>
  tf.backend_util.computeConv3DInfo(volume, filter, strides, 1, pad)

const stridesOf = ({ strideDepth, strideHeight, strideWidth }: tf.backend_util.Conv3DInfo): readonly number[] => [strideDepth, strideHeight, strideWidth]

/** The gradient in volumes of the shape [batch, depth, height, width, in], from that in the output. */
export const volumeGradient = (dy: Tensor5D, filter: Tensor5D, volume: Shape5, convolved: Convolved3): Tensor5D =>
  tf.tidy(() => {
    const info = infoOf(volume, filter.shape, convolved)
    const [depth, rows, columns] = [info.filterDepth - 1, info.filterHeight - 1, info.filterWidth - 1]
    const { front, top, left } = info.padInfo
    const frame = [volume[1] + depth, volume[2] + rows, volume[3] + columns]
    const placed = cropOrPad(dilate(dy, stridesOf(info)), [depth - front, rows - top, columns - left], frame)
    return tf.conv3d(placed, tf.transpose(tf.reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3]), 1, 'valid')
  })

/** The gradient [depth, height, width, in, out] in the filter, from the volumes and the gradient in the output. */
export const volumeFilterGradient = (x: Tensor5D, dy: Tensor5D, filter: Shape5, convolved: Convolved3): Tensor5D =>
  tf.tidy(() => {
    const info = infoOf(x.shape, filter, convolved)
    const above = dilate(dy, stridesOf(info))
    const { front, top, left } = info.padInfo
    const [, depth, height, width] = above.shape
    const volumes = cropOrPad(x, [front, top, left], [depth + filter[0] - 1, height + filter[1] - 1, width + filter[2] - 1])
    const under = tf.conv3d<Tensor5D>(tf.transpose(volumes, [4, 1, 2, 3, 0]), tf.transpose(above, [1, 2, 3, 0, 4]), 1, 'valid')
    return tf.transpose(under, [1, 2, 3, 0, 4])
  })
