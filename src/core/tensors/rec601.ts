import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { differentiableOnce } from './differentiable.js'
import { mixedChannels } from './mixedChannels.js'
import type { Shape } from '../errors/shape.js'

/** The weights of red, green and blue in the luma of ITU-R BT.601, YIQ and JPEG. */
const SHARES = [[0.299], [0.587], [0.114]]

/** The luma of RGB: [batch, height, width, 3] to [batch, height, width, 1]. */
export const lumaOf = (rgb: Tensor): Tensor4D => mixedChannels(rgb, SHARES)

/** How much of red, green and blue is in the Y of BT.601 that has black at 16 and white at 235 of 255. */
const LIMITED_SHARES = [[65.481 / 255], [128.553 / 255], [24.966 / 255]]

/** BT.601's Y of RGB in [0, 1], from 16/255 to 235/255, not rounded (MATLAB's `rgb2ycbcr` of doubles): [batch, height, width, 3] to [batch, height, width, 1]. */
export const limitedLumaOf = (rgb: Tensor): Tensor4D => tf.add<Tensor4D>(mixedChannels(rgb, LIMITED_SHARES), 16 / 255)

/** Why a feature has no luma, or undefined. */
export const lumaProblem = (feature: Shape): string | undefined =>
  feature.length === 4 && feature[3] === 3 ? undefined : 'luma needs red, green and blue: [batch, height, width, 3]'

/** Rounds to steps of 1/255, as 8-bit pictures have them; the gradient passes as if it did not. */
export const roundTo8Bits = <T extends Tensor>(x: T): T =>
  differentiableOnce<T>(
    x,
    (input) => ({ value: tf.div<T>(tf.round(tf.mul(input, 255)), 255), gradient: (dy) => tf.clone(dy) }),
    'its gradient treats rounded values as smooth',
  )
