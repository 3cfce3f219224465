import { type AnyLoss, type Loss } from '../core/language/loss.js'
import { requireLoss } from '../core/language/lossGuards.js'
import { checkWeight, scale } from '../core/language/build.js'

/** `weighted`, curried and uncurried. */
export interface WeightedCombinator {
  (weight: number): <L extends string, R extends string>(loss: Loss<L, R>) => Loss<L, R>
  <L extends string, R extends string>(weight: number, loss: Loss<L, R>): Loss<L, R>
}

/**
 * Multiplies a loss by a number. The weight is distributed over sums and multiplied with weights inside; no part is dropped.
 *
 * @throws LossException `BadWeight` if float32 cannot represent the weight or its product with a weight inside.
 * @example weighted(0.1, mae(pixels))
 * @example pipe(pixels, mae, weighted(0.1))
 */
export const weighted = ((...args: readonly [number] | readonly [number, AnyLoss]) => {
  const [weight] = args
  checkWeight(weight)
  const by = (loss: unknown): AnyLoss => scale(weight, requireLoss('The loss of weighted', loss))
  return args.length > 1 ? by(args[1]) : by
}) as WeightedCombinator
