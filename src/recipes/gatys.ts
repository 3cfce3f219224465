import { checkNoArguments } from '../core/arguments/guards.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { gram } from '../layers/features/gram.js'
import { mse } from '../metrics/mse.js'
import { sum } from '../combinators/sum.js'
import { weighted } from '../combinators/weighted.js'

const STYLE_LAYERS = [
  ['block1_conv1', 64],
  ['block2_conv1', 128],
  ['block3_conv1', 256],
  ['block4_conv1', 512],
  ['block5_conv1', 512],
] as const

/**
 * Gatys' style loss: the mean squared error of the Gram matrices of relu1_1 to relu5_1, each divided by H * W and weighted by 1000 / channels².
 *
 * Value: >= 0, zero on identity. The style may have a different size than the prediction.
 *
 * Source: Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016, eq. 3 to 5; the weights are those of the authors' PyTorch
 * program.
 *
 * @example compile(against('style', gatysStyle()), await vgg16())({ style }, prediction)
 */
export const gatysStyle = (...none: readonly []): Loss<(typeof STYLE_LAYERS)[number][0], Target> => {
  checkNoArguments('gatysStyle', none)
  return sum(...STYLE_LAYERS.map(([layer, channels]) => weighted(1e3 / channels ** 2, mse(gram(featureAt(layer), { normalize: 'positions' })))))
}
