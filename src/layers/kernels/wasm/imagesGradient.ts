/**
 * The gradient of a convolution in its images, as a convolution with the turned filter: the backend's own kernel multiplies number by number and takes at least ten times as long.
 * A transposed convolution is the same function.
 *
 * Laws: equals the sum over all outputs whose windows contain a position (1e-5 of the largest); a stride is zeros between the positions of the output's gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { cropOrPad, dilate } from './dilate.js'
import type { Convolved } from './filterGradient.js'

/** The gradient [batch, height, width, in] in the images, from that in the output, [batch, height, width, out], and the filter [height, width, in, out]. */
export const imagesGradient = (
  dy: Tensor4D,
  filter: Tensor4D,
  images: Tensor4D['shape'],
  { strides, pad, dimRoundingMode }: Omit<Convolved, 'filterShape'>,
): Tensor4D =>
  tf.tidy(() => {
    const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(images, filter.shape, strides, 1, pad, dimRoundingMode)
    const [rows, columns] = [filter.shape[0] - 1, filter.shape[1] - 1]
    const spread = dilate(dy, [strideHeight, strideWidth])
    const placed = cropOrPad(spread, [rows - padInfo.top, columns - padInfo.left], [images[1] + rows, images[2] + columns])
    return tf.conv2d<Tensor4D>(placed, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, 'valid')
  })
