import { checkNoArguments } from '../core/arguments/guards.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { gram } from '../layers/features/gram.js'
import { mse } from '../metrics/mse.js'
import { squaredFrobenius } from '../metrics/squaredFrobenius.js'
import { sum } from '../combinators/sum.js'

const STYLE_LAYERS = ['block1_conv2', 'block2_conv2', 'block3_conv3', 'block4_conv3'] as const

/**
 * Johnson's feature reconstruction loss: the mean squared error of relu3_3.
 *
 * Value: >= 0, zero on identity.
 *
 * Source: Johnson, Alahi and Fei-Fei, 2016, eq. 2.
 *
 * @example compile(johnsonContent(), await vgg16())
 */
export const johnsonContent = (...none: readonly []): Loss<'block3_conv3', Target> => {
  checkNoArguments('johnsonContent', none)
  return mse(featureAt('block3_conv3'))
}

/**
 * Johnson's style reconstruction loss: the squared Frobenius distance of the Gram matrices of relu1_2, relu2_2, relu3_3 and relu4_3, each divided by C * H * W.
 *
 * Value: >= 0, zero on identity. The style may have a different size than the prediction.
 *
 * Source: Johnson, Alahi and Fei-Fei, 2016, eq. 3 and 4.
 *
 * @example compile(against('style', johnsonStyle()), await vgg16())({ style }, prediction)
 */
export const johnsonStyle = (...none: readonly []): Loss<(typeof STYLE_LAYERS)[number], Target> => {
  checkNoArguments('johnsonStyle', none)
  return sum(...STYLE_LAYERS.map((layer) => squaredFrobenius(gram(featureAt(layer), { normalize: 'elements' }))))
}
