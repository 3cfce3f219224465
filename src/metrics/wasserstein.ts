import type { Regularizer } from '../core/define/define.js'
import { adversarial, identity, mirrored, type AdversarialOptions, type AdversarialObjective } from './ops/adversarialObjective.js'

/** The critic's output itself, up for real and down for fake. */
export const WASSERSTEIN: AdversarialObjective = { generator: mirrored(identity), real: mirrored(identity), fake: identity }

/**
 * The Wasserstein adversarial loss: for the generator minus the critic's output; for the critic minus it on real and plus it on generated pictures; the mean over a
 * sample's outputs.
 *
 * Value: any number; smooth. Any feature. The critic must be kept Lipschitz by whoever trains it (clipped weights, a penalty on its gradient).
 *
 * Source: Arjovsky, Chintala and Bottou, "Wasserstein GAN", 2017, algorithm 1; `basicsr/losses/gan_loss.py` ('wgan').
 *
 * @example wasserstein(featureAt('critic'))
 */
export const wasserstein: Regularizer<AdversarialOptions> = adversarial('wasserstein', WASSERSTEIN)
