import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { meanOf } from './ops/pointwise.js'
import { OBJECTIVES, type Objective } from './objectivesByName.js'
import { oneOf } from '../core/arguments/codecs.js'

/** Options of `discriminator`. */
export interface DiscriminatorOptions {
  /** The adversarial objective, by its regularizer's name; default 'nonSaturating'. */
  readonly objective: Objective
}

/**
 * The discriminator's loss of a GAN: its loss on the reference (real) plus its loss on the prediction (generated), each the mean over a sample's logits.
 *
 * Apply it to the logits of a live extractor, whose variables receive gradients from both sides. Value: depends on `objective`; 2 log 2 for logits of 0 with 'nonSaturating'. Not
 * symmetric. Any feature.
 *
 * Source: the papers of `nonSaturating`, `leastSquares`, `hinge` and `wasserstein`.
 *
 * @example
 * const judge = compile(discriminator(featureAt('logits')), fromLayersModel(model, { layers: ['logits'], live: true }))
 * optimizer.minimize(() => judge(real, generated), false, variables)
 */
export const discriminator: Metric<DiscriminatorOptions> = defineMetric({
  id: 'discriminator',
  options: t.strict({ objective: oneOf('nonSaturating', 'leastSquares', 'hinge', 'wasserstein') }),
  defaults: { objective: 'nonSaturating' },
  laws: ({ objective }) => {
    const { real, fake } = OBJECTIVES[objective]
    return {
      symmetric: false,
      zeroOnIdentity: objective === 'wasserstein',
      triangle: true,
      range: (bound) => {
        const [a, b] = [real.range(bound), fake.range(bound)]
        return [a[0] + b[0], a[1] + b[1]]
      },
      smooth: real.smooth && fake.smooth,
    }
  },
  tiling: () => 'mean',
  apply: ({ objective }) => {
    const { real, fake } = OBJECTIVES[objective]
    return (reference, prediction) => tf.add(meanOf(reference, real), meanOf(prediction, fake))
  },
})
