import type { Loss, Target } from '../../core/loss.js'
import { featureAt } from '../../layers/featureAt.js'
import { mse } from '../../metrics/mse.js'
import { sum } from '../sum.js'

/**
 * The perceptual loss of Keras' articles: the mean squared error of a VGG's features, added over layers.
 *
 * Value: >= 0, zero on identity. Layers: Keras' names, after the ReLU; `block2_conv2` and `block3_conv3` where none are given. An empty list gives the empty sum.
 *
 * Source: Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, eq. 2, with the layers of the Keras article.
 *
 * @example compile(perceptual(), await vgg16())
 * @example compile(perceptual(['block1_conv2', 'block4_conv3']), await vgg16())
 */
export const perceptual = <const L extends string = 'block2_conv2' | 'block3_conv3'>(
  layers: readonly L[] = ['block2_conv2', 'block3_conv3'] as unknown as readonly L[],
): Loss<L, Target> => sum(...layers.map((layer) => mse(featureAt(layer))))
