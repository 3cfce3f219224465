/**
 * The fp-ts instances of losses.
 *
 * Laws, by `lossEq`: `lossMonoid` is associative with `sum()` as its identity; `weighted` is an action of the numbers on it that distributes over its sums.
 */
import type { eq, monoid, ord, show as fpShow } from 'fp-ts'
import { sameLoss } from '../core/language/equality.js'
import { type AnyLoss, type Loss } from '../core/language/loss.js'
import { compareLosses } from '../core/language/order.js'
import { show } from '../core/language/show.js'
import { requireLoss } from '../core/language/lossGuards.js'
import { add } from '../core/language/build.js'

/**
 * Losses under `sum`; the empty sum is the identity. The type keeps the layers and references.
 *
 * @example getLossMonoid<'block2_conv2' | 'block3_conv3', 'target'>().concat(mse(featureAt('block2_conv2')), mse(featureAt('block3_conv3')))
 */
export const getLossMonoid = <L extends string, R extends string>(): monoid.Monoid<Loss<L, R>> => ({
  empty: add<L, R>([]),
  concat: (a, b) => add<L, R>([requireLoss('The loss', a) as Loss<L, R>, requireLoss('The loss', b) as Loss<L, R>]),
})

/**
 * Losses under `sum`, with any layers; `compile` then checks the layers.
 *
 * @example monoid.concatAll(lossMonoid)([mse(pixels), mae(pixels)])
 */
export const lossMonoid: monoid.Monoid<AnyLoss> = getLossMonoid<string, string>()

/**
 * Equality of losses as values: same structure, definitions and options.
 *
 * @example lossEq.equals(sum(a, sum(b, c)), sum(sum(a, b), c)) // true
 */
export const lossEq: eq.Eq<AnyLoss> = { equals: sameLoss }

/**
 * A total order of losses, by their text; equal losses, and no others, compare as 0.
 *
 * @example array.sort(lossOrd)([mse(pixels), mae(pixels)]) // [mae(pixels), mse(pixels)]
 */
export const lossOrd: ord.Ord<AnyLoss> = { equals: sameLoss, compare: compareLosses }

/**
 * A loss as one line of TypeScript.
 *
 * @example lossShow.show(weighted(2, mse(pixels))) // "weighted(2, mse(pixels))"
 */
export const lossShow: fpShow.Show<AnyLoss> = { show }
