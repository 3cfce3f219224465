import { foldLoss } from '../core/language/fold.js'
import { TARGET, type AnyLoss, type Loss, type Target } from '../core/language/loss.js'
import { requireName } from '../core/arguments/guards.js'
import { requireLoss } from '../core/language/lossGuards.js'
import { add, compare, name, scale } from '../core/language/build.js'

/** The references of a loss once its unnamed ones are called `N`. */
export type Renamed<R extends string, N extends string> = Target extends R ? Exclude<R, Target> | N : R

/** `against`, curried and uncurried. */
export interface AgainstCombinator {
  <const N extends string>(reference: N): <L extends string, R extends string>(loss: Loss<L, R>) => Loss<L, Renamed<R, N>>
  <const N extends string, L extends string, R extends string>(reference: N, loss: Loss<L, R>): Loss<L, Renamed<R, N>>
}

/**
 * Sets the reference of a loss: every comparison inside that compares with the target now compares with this reference.
 *
 * An inner `against` takes precedence; regularizers have no reference and do not change.
 *
 * @throws LossException `BadArgument` for an empty name or something that is not a loss (from untyped code).
 * @example
 * const loss = sum(johnsonContent(), weighted(20, against('style', johnsonStyle())))
 * compile(loss, await vgg16())({ target, style }, prediction)
 */
export const against = ((...args: readonly [string] | readonly [string, AnyLoss]) => {
  const reference = requireName('The reference of against', args[0])
  const by = (loss: unknown): AnyLoss => rename(reference)(requireLoss('The loss of against', loss))
  return args.length > 1 ? by(args[1]) : by
}) as AgainstCombinator

const rename = (reference: string) =>
  foldLoss<AnyLoss>({
    compare: (leaf) => (leaf.reference === TARGET ? compare(leaf.metric, leaf.feature, reference, leaf.beside) : leaf),
    regularize: (leaf) => leaf,
    weighted: (of, { weight }) => scale(weight, of),
    sum: (of) => add(of),
    named: (of, loss) => name(loss.name, of),
  })
