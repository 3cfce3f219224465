import type { Regularizer } from '../core/define/define.js'
import { adversarial, mirrored, softplus, type AdversarialOptions, type AdversarialObjective } from './ops/adversarialObjective.js'

/** Cross-entropy: -log σ(x) for a picture that should be real, -log(1 - σ(x)) for one that should be fake. */
export const NON_SATURATING: AdversarialObjective = { generator: mirrored(softplus), real: mirrored(softplus), fake: softplus }

/**
 * The non-saturating adversarial loss (standard GAN): binary cross-entropy of a discriminator's logits with the label 'real', the mean over a sample's logits.
 *
 * Value: (0, infinity), log 2 at a logit of 0; smooth; stable for logits of any size. Any feature: [batch, 1], or [batch, height, width, 1] of a PatchGAN. The
 * feature must be logits, not probabilities: no sigmoid at the discriminator's end.
 *
 * Source: Goodfellow et al., "Generative Adversarial Nets", 2014, section 3; `torch.nn.BCEWithLogitsLoss`.
 *
 * @example sum(mae(pixels), weighted(1e-2, nonSaturating(featureAt('logits'))))
 */
export const nonSaturating: Regularizer<AdversarialOptions> = adversarial('nonSaturating', NON_SATURATING)
