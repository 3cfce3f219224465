/** The objectives, each ONE value of the language. */
import { discriminator, featureAt, gram, mae, named, nonSaturating, pixels, sum, weighted } from '../../src/index.js'

/** How much each part counts. */
export interface Weights {
  readonly pixelWeight: number
  readonly perceptualWeight: number
  readonly textureWeight: number
  readonly adversarialWeight: number
}

/** What is compared with: right on average, and therefore blurred wherever it is not sure. */
export const pixelsAlone = named('pixels', mae(pixels))

/** Which features go together in a patch, wherever they are: what stone and grass look like near by. */
export const texture = (layer: 'block1_conv2' | 'block2_conv2' | 'block3_conv3') => mae(gram(featureAt(layer), { normalize: 'positions' }))

/**
 * Looks right, to VGG16 and to the discriminator.
 *
 * Source: Sajjadi, Schölkopf and Hirsch, "EnhanceNet", 2017: pixels, features, Grams of patches and a discriminator.
 */
export const enlargerLoss = ({ pixelWeight, perceptualWeight, textureWeight, adversarialWeight }: Weights) =>
  sum(
    named('pixels', weighted(pixelWeight, mae(pixels))),
    named('perceptual', weighted(perceptualWeight, sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3'))))),
    named('texture', weighted(textureWeight, sum(texture('block1_conv2'), texture('block2_conv2'), texture('block3_conv3')))),
    named('adversarial', weighted(adversarialWeight, nonSaturating(featureAt('logits')))),
  )

/** What the discriminator minimizes: to know photographs from what was enlarged. */
export const discriminatorLoss = named('discriminator', discriminator(featureAt('logits')))
