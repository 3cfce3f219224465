/**
 * The gradients of a depthwise convolution, in its images and in its filter, composed of convolutions, slices and products.
 *
 * In the images it is a depthwise convolution of the output's gradient, spread by the stride, with the filter turned by 180 degrees. In the filter, one element is the
 * sum of the products of the output's gradient and the images shifted to that element.
 *
 * Laws: both equal the gradients of plain loops (1e-5 of the largest), for any stride, dilation, padding and channel multiplier.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../../../core/tensors/addAll.js'
import { cropOrPad, dilate } from './dilate.js'

/** How the convolution ran, as TensorFlow.js' kernels describe it. */
export interface Depthwise {
  readonly strides: number | [number, number]
  readonly dilations?: number | [number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

type Shape4 = [number, number, number, number]

const infoOf = (images: Shape4, filter: Shape4, { strides, dilations = 1, pad, dimRoundingMode }: Depthwise): tf.backend_util.Conv2DInfo =>
  tf.backend_util.computeConv2DInfo(images, filter, strides, dilations, pad, dimRoundingMode, true)

/** The gradient in images of the shape [batch, height, width, in], from that in the output [batch, height, width, in * multiplier]. */
export const depthwiseImagesGradient = (dy: Tensor4D, filter: Tensor4D, images: Shape4, convolved: Depthwise): Tensor4D =>
  tf.tidy(() => {
    const info = infoOf(images, filter.shape, convolved)
    const [rows, columns] = [(info.filterHeight - 1) * info.dilationHeight, (info.filterWidth - 1) * info.dilationWidth]
    const turned = tf.reverse(filter, [0, 1])
    const dilations: [number, number] = [info.dilationHeight, info.dilationWidth]
    const parts = Array.from({ length: filter.shape[3] }, (_, part) => {
      const above = dilate(channelsOf(dy, filter.shape, part), [info.strideHeight, info.strideWidth])
      const placed = cropOrPad(above, [rows - info.padInfo.top, columns - info.padInfo.left], [images[1] + rows, images[2] + columns])
      const kernel = tf.slice(turned, [0, 0, 0, part], [-1, -1, -1, 1])
      return tf.depthwiseConv2d<Tensor4D>(placed, kernel, 1, 'valid', 'NHWC', dilations)
    })
    return addAll(parts)
  })

/** Of in * multiplier channels, those of the part-th filter of each input channel: [batch, height, width, in]. */
const channelsOf = (dy: Tensor4D, [, , channels, multiplier]: Shape4, part: number): Tensor4D => {
  if (multiplier === 1) return dy
  const [batch, height, width] = dy.shape
  const apart = tf.reshape(dy, [batch * height * width, channels, multiplier])
  return tf.reshape(tf.slice(apart, [0, 0, part], [-1, -1, 1]), [batch, height, width, channels])
}

/** The gradient [height, width, in, multiplier] in the filter, from the images and the gradient in the output. */
export const depthwiseFilterGradient = (x: Tensor4D, dy: Tensor4D, filter: Shape4, convolved: Depthwise): Tensor4D =>
  tf.tidy(() => {
    const info = infoOf(x.shape, filter, convolved)
    // Strided slices are slow on WASM (8 times a product), so the gradient is spread instead.
    const above = dilate(dy, [info.strideHeight, info.strideWidth])
    const [batch, height, width] = above.shape
    const [rows, columns, channels, multiplier] = filter
    const positions = batch * height * width
    const reach: [number, number] = [height + (rows - 1) * info.dilationHeight, width + (columns - 1) * info.dilationWidth]
    const images = cropOrPad(x, [info.padInfo.top, info.padInfo.left], reach)
    const weights = tf.reshape(above, [positions, channels, multiplier])
    const element = (row: number, column: number): Tensor =>
      tf.tidy(() => {
        const under = tf.slice(images, [0, row * info.dilationHeight, column * info.dilationWidth, 0], [batch, height, width, channels])
        const products = tf.mul(tf.reshape(under, [positions, channels, 1]), weights)
        const laid = tf.reshape<tf.Rank.R4>(products, [1, batch * height, width, channels * multiplier])
        // A thirtieth of the time of tf.sum over the first axes.
        return tf.mul(tf.avgPool(laid, [batch * height, width], 1, 'valid'), positions)
      })
    const elements = Array.from({ length: rows * columns }, (_, i) => element(Math.floor(i / columns), i % columns))
    return tf.reshape(tf.concat(elements, 0), filter)
  })
