/** The objectives, each ONE value of the language. */
import { discriminator, featureAt, mae, named, nonSaturating, pixels, sum, weighted } from '../../src/index.js'

/** How much each part counts. */
export interface Weights {
  readonly pixelWeight: number
  readonly perceptualWeight: number
  readonly adversarialWeight: number
}

/** What is compared with: right on average, and therefore blurred wherever it is not sure. */
export const pixelsAlone = named('pixels', mae(pixels))

/** Looks right, to VGG16 and to the discriminator. */
export const enlargerLoss = ({ pixelWeight, perceptualWeight, adversarialWeight }: Weights) =>
  sum(
    named('pixels', weighted(pixelWeight, mae(pixels))),
    named('perceptual', weighted(perceptualWeight, sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3'))))),
    named('adversarial', weighted(adversarialWeight, nonSaturating(featureAt('logits')))),
  )

/** What the discriminator minimizes: to know photographs from what was enlarged. */
export const discriminatorLoss = named('discriminator', discriminator(featureAt('logits')))
