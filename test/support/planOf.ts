/** The plan of a loss, which compiled losses keep to themselves. */
import type { Catalogue } from '../../src/core/language/extractor.js'
import type { AnyLoss } from '../../src/core/language/loss.js'
import { planLoss, type Plan } from '../../src/core/plan/plan.js'
import { getOrThrow } from '../../src/core/errors/lossException.js'

export const planOf = (loss: AnyLoss, extractor?: Catalogue): Plan => getOrThrow(planLoss(loss, extractor))
