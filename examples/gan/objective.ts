/** The two objectives of the game, each ONE value of the language. */
import { discriminator, featureAt, hinge, leastSquares, mae, named, nonSaturating, perceptual, sum, weighted } from '../../src/index.js'
import type { GanOptions } from './options.js'

const ADVERSARIAL = { nonSaturating, leastSquares, hinge }

export type Weights = Pick<GanOptions, 'objective' | 'adversarialWeight' | 'perceptualWeight' | 'featureWeight'>

/** What the generator minimizes: to pass for real, and to look like its patch, to VGG16 and to the discriminator. */
export const generatorLoss = ({ objective, adversarialWeight, perceptualWeight, featureWeight }: Weights) =>
  sum(
    named('adversarial', weighted(adversarialWeight, ADVERSARIAL[objective](featureAt('logits')))),
    named('perceptual', weighted(perceptualWeight, perceptual())),
    named('features', weighted(featureWeight, mae(featureAt('disc_conv2')))),
  )

/** What the discriminator minimizes: to know real from generated. */
export const discriminatorLoss = ({ objective }: Pick<Weights, 'objective'>) => named('discriminator', discriminator(featureAt('logits'), { objective }))
