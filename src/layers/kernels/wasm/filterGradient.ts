/**
 * The gradient of a convolution in its filter, as a convolution.
 *
 * With the batch in place of the channels, the padded images are the input, and the output's gradient, dilated by the stride, is the filter. Each position of the result is one element of
 * the filter's gradient.
 *
 * Laws: equals the sum over the batch and all positions of image times gradient (1e-5 of the largest); a stride is a dilation of the gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** How the convolution ran, as TensorFlow.js' kernels describe it. */
export interface Convolved {
  readonly filterShape: [number, number, number, number]
  readonly strides: number | [number, number]
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The gradient [height, width, in, out] in the filter, from the images [batch, height, width, in] and the gradient in the output [batch, height, width, out]. */
export const filterGradient = (x: Tensor4D, dy: Tensor4D, { filterShape, strides, pad, dimRoundingMode }: Convolved): Tensor4D =>
  tf.tidy(() => {
    const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode)
    const images = tf.pad(x, [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ])
    const under = tf.conv2d<Tensor4D>(tf.transpose(images, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3]), 1, 'valid', 'NHWC', [strideHeight, strideWidth])
    // With a stride, no window may reach the last rows and columns.
    return tf.slice(tf.transpose(under, [1, 2, 0, 3]), [0, 0, 0, 0], filterShape)
  })
