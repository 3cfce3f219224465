import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { meanOf } from './ops/pointwise.js'
import { OBJECTIVES, type Objective } from './objectivesByName.js'
import { oneOf } from '../core/arguments/codecs.js'

/** Options of `relativistic`. */
export interface RelativisticOptions {
  /** The objective applied to the difference of logits, as for a real picture's logit; default 'nonSaturating'. */
  readonly objective: Objective
  /** 'generator' (default): low if the generated picture looks more real than the real one; 'discriminator': the reverse. */
  readonly side: 'generator' | 'discriminator'
}

/**
 * The relativistic adversarial loss: judges whether a picture looks more real than its counterpart. The reference is real, the prediction
 * generated; the loss depends on the difference of their logits, and is the mean over a sample's logits.
 *
 * In pairs: each generated picture against the real one at its place in the batch, so that a sample's value does not depend on the others. (ESRGAN's form takes the
 * batch's mean logit of the other kind instead; for a batch of one they are equal, with each term counted twice.) Value: depends on `objective`; log 2 on identity with
 * 'nonSaturating'. Any feature.
 *
 * Source: Jolicoeur-Martineau, "The relativistic discriminator", 2018, eq. 10 and 11 (RpGAN).
 *
 * @example sum(mae(pixels), weighted(5e-3, relativistic(featureAt('logits'))))
 * @example relativistic(featureAt('logits'), { side: 'discriminator' })
 */
export const relativistic: Metric<RelativisticOptions> = defineMetric({
  id: 'relativistic',
  options: t.strict({ objective: oneOf('nonSaturating', 'leastSquares', 'hinge', 'wasserstein'), side: oneOf('generator', 'discriminator') }),
  defaults: { objective: 'nonSaturating', side: 'generator' },
  laws: ({ objective }) => {
    const { real } = OBJECTIVES[objective]
    return {
      symmetric: false,
      zeroOnIdentity: objective === 'wasserstein',
      triangle: objective !== 'leastSquares',
      range: (bound) => real.range(2 * bound),
      smooth: real.smooth,
    }
  },
  tiling: () => 'mean',
  apply: ({ objective, side }) => {
    const { real } = OBJECTIVES[objective]
    return (reference, prediction) => meanOf(side === 'generator' ? tf.sub(prediction, reference) : tf.sub(reference, prediction), real)
  },
})
