import type { Regularizer } from '../core/define/define.js'
import { adversarial, hingeAt1, identity, mirrored, type AdversarialOptions, type AdversarialObjective } from './ops/adversarialObjective.js'

/** The discriminator's margin is 1 on both sides; the generator maximizes the logit. */
export const HINGE: AdversarialObjective = { generator: mirrored(identity), real: mirrored(hingeAt1), fake: hingeAt1 }

/**
 * The hinge adversarial loss: minus the logit for the generator; max(0, 1 - x) on real and max(0, 1 + x) on generated pictures for the discriminator; the mean over a
 * sample's logits.
 *
 * Value: for the generator any number, smooth; for the discriminator [0, infinity), with a kink at the margin. Any feature.
 *
 * Source: Lim and Ye, "Geometric GAN", 2017; Miyato et al., "Spectral Normalization", 2018, eq. 16 and 17; `basicsr/losses/gan_loss.py` ('hinge').
 *
 * @example hinge(featureAt('logits'))
 * @example hinge(featureAt('logits'), { side: 'fake' })
 */
export const hinge: Regularizer<AdversarialOptions> = adversarial('hinge', HINGE)
