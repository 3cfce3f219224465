import type { Regularizer } from '../core/define/define.js'
import { adversarial, identity, mirrored, type AdversarialOptions, type AdversarialObjective } from './ops/adversarialObjective.js'

/** The critic's output: high for real, low for fake. */
export const WASSERSTEIN: AdversarialObjective = { generator: mirrored(identity), real: mirrored(identity), fake: identity }

/**
 * The Wasserstein adversarial loss (WGAN): minus the critic's output for the generator; for the critic minus its output on real and plus its output on generated pictures; the mean over a
 * sample's outputs.
 *
 * Value: any number; smooth. Any feature. The training must keep the critic Lipschitz (clipped weights, a gradient penalty).
 *
 * Source: Arjovsky, Chintala and Bottou, "Wasserstein GAN", 2017, algorithm 1; `basicsr/losses/gan_loss.py` ('wgan').
 *
 * @example wasserstein(featureAt('critic'))
 */
export const wasserstein: Regularizer<AdversarialOptions> = adversarial('wasserstein', WASSERSTEIN)
