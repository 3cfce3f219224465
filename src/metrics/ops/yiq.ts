import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { lumaOf } from '../../core/tensors/rec601.js'

/** RGB as its luma and its chroma, the I and Q of YIQ: from differences of the colours, so that grey has none at all, not that of rounding. */
export const yiqOf = (rgb: Tensor): readonly [luma: Tensor4D, chroma: Tensor4D] => {
  const [red, green, blue] = tf.split(rgb, 3, 3) as [Tensor4D, Tensor4D, Tensor4D]
  const [overRed, overBlue] = [tf.sub(red, green), tf.sub(blue, green)]
  const inPhase = tf.add<Tensor4D>(tf.mul(overRed, 0.5959), tf.mul(overBlue, -0.3213))
  const quadrature = tf.add<Tensor4D>(tf.mul(overRed, 0.2115), tf.mul(overBlue, 0.3112))
  return [lumaOf(rgb), tf.concat([inPhase, quadrature], 3)]
}
