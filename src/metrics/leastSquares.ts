import type { Regularizer } from '../core/define/define.js'
import { adversarial, squaredFrom, type AdversarialOptions, type AdversarialObjective } from './ops/adversarialObjective.js'

/** Squared distance to the label: 1 for real, 0 for fake. */
export const LEAST_SQUARES: AdversarialObjective = { generator: squaredFrom(1), real: squaredFrom(1), fake: squaredFrom(0) }

/**
 * The least-squares adversarial loss (LSGAN): the squared distance of a discriminator's outputs from 1, the mean over a sample's outputs.
 *
 * Value: [0, infinity), zero where every output is 1; smooth. Any feature. As in other libraries; the paper halves each term.
 *
 * Source: Mao et al., "Least Squares Generative Adversarial Networks", 2017, eq. 9; `basicsr/losses/gan_loss.py` ('lsgan').
 *
 * @example sum(mae(pixels), weighted(1e-2, leastSquares(featureAt('logits'))))
 */
export const leastSquares: Regularizer<AdversarialOptions> = adversarial('leastSquares', LEAST_SQUARES)
