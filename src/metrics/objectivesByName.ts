/**
 * The adversarial objectives by name, for losses of both players' logits.
 */
import type { AdversarialObjective } from './ops/adversarialObjective.js'
import { HINGE } from './hinge.js'
import { LEAST_SQUARES } from './leastSquares.js'
import { NON_SATURATING } from './nonSaturating.js'
import { WASSERSTEIN } from './wasserstein.js'

/** The name of an adversarial objective: that of its regularizer. */
export type Objective = 'nonSaturating' | 'leastSquares' | 'hinge' | 'wasserstein'

export const OBJECTIVES: Readonly<Record<Objective, AdversarialObjective>> = {
  nonSaturating: NON_SATURATING,
  leastSquares: LEAST_SQUARES,
  hinge: HINGE,
  wasserstein: WASSERSTEIN,
}
