import type { AnyLoss, Loss, Target } from '../core/language/loss.js'
import { aListOf, aName, checkArgument } from '../core/arguments/guards.js'
import { featureAt } from '../layers/features/featureAt.js'
import type { LayerName } from '../layers/networks/builtInLayerName.js'
import { mse } from '../metrics/mse.js'
import { sum } from '../combinators/sum.js'

const LAYERS = ['block2_conv2', 'block3_conv3'] as const

/**
 * The perceptual loss: the mean squared error of VGG features, summed over layers.
 *
 * Value: >= 0, zero on identity. Layers: Keras' names, after the ReLU; by default `block2_conv2` and `block3_conv3`. An empty list gives the empty sum.
 *
 * Source: Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, eq. 2, with the layers of the Keras article.
 *
 * @example compile(perceptual(), await vgg16())
 * @example compile(perceptual(['block1_conv2', 'block4_conv3']), await vgg16())
 */
export function perceptual(): Loss<(typeof LAYERS)[number], Target>
export function perceptual<const L extends LayerName>(layers: readonly L[]): Loss<NoInfer<L>, Target>
export function perceptual(layers: readonly string[] = LAYERS): AnyLoss {
  checkArgument('The layers of perceptual', layers, aListOf(aName, "a list of layers, such as ['block3_conv3']"))
  return sum(...layers.map((layer) => mse(featureAt(layer))))
}
