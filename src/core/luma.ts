import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiable, differentiableOnce } from './differentiable.js'
import type { Shape } from './error.js'

/** How much of red, green and blue is in the luma of ITU-R BT.601, of YIQ and of JPEG. */
const SHARES = [0.299, 0.587, 0.114]

/** The luma of RGB: [batch, height, width, 3] to [batch, height, width, 1]. */
export const lumaOf = (rgb: Tensor): Tensor4D =>
  differentiable<Tensor4D>(rgb, (x) => ({
    value: tf.sum<Tensor4D>(tf.mul(x, SHARES), -1, true),
    gradient: (dy) => tf.mul(dy, SHARES),
  }))

/** Why a feature has no luma, or undefined. */
export const lumaProblem = (feature: Shape): string | undefined =>
  feature.length === 4 && feature[3] === 3 ? undefined : 'luma is made of red, green and blue: [batch, height, width, 3]'

/** Rounds to steps of 1/255, as 8-bit pictures have them; the gradient passes as if it did not. */
export const in8Bits = <T extends Tensor>(x: T): T =>
  differentiableOnce<T>(
    x,
    (input) => ({ value: tf.div<T>(tf.round(tf.mul(input, 255)), 255), gradient: (dy) => tf.clone(dy) }),
    'its gradient takes rounded values for smooth ones',
  )
