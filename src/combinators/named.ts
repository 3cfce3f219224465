import { type AnyLoss, type Loss } from '../core/language/loss.js'
import { requireName } from '../core/arguments/guards.js'
import { requireLoss } from '../core/language/lossGuards.js'
import { name } from '../core/language/build.js'

/** `named`, curried and uncurried. */
export interface NamedCombinator {
  (label: string): <L extends string, R extends string>(loss: Loss<L, R>) => Loss<L, R>
  <L extends string, R extends string>(label: string, loss: Loss<L, R>): Loss<L, R>
}

/**
 * Names a loss for the rows of `breakdown`; the value does not change.
 *
 * @throws LossException `BadArgument` for an empty name or something that is not a loss (from untyped code).
 * @example named('content', mse(featureAt('block3_conv3')))
 */
export const named = ((...args: readonly [string] | readonly [string, AnyLoss]) => {
  const label = requireName('The name of a loss', args[0])
  const by = (loss: unknown): AnyLoss => name(label, requireLoss('The loss of named', loss))
  return args.length > 1 ? by(args[1]) : by
}) as NamedCombinator
