/**
 * The types of calls that take a loss, and an extractor where the loss needs one: `compile`, `explain`, `balanceWeights`, `fitWeights`.
 *
 * Each has two overloads, and for any call at most one of them has the right number of arguments. So the compiler reports that overload alone, and its first line
 * names what is missing instead of "No overload matches this call".
 */
import type { AnyExtractor } from '../language/extractor.js'
import type { Loss } from '../language/loss.js'

/** A loss that needs no network; for any other, the sentence that the compiler shows. */
export type WithoutNetwork<L extends string, R extends string> = [L] extends [never] ? Loss<L, R> : `this loss needs a network that has the layer '${L}'`

/** What follows a loss that needs no network. Any other loss takes no options here, so that a call with an extractor never has the right number of arguments. */
export type AfterWithoutNetwork<L extends string, Required extends readonly unknown[], Options> = [L] extends [never]
  ? [...Required, options?: Options]
  : Required

/** An extractor that has the layers `L`; for any other, the sentence that the compiler shows. Unknown layers (`string`, from JSON) are checked at run time. */
export type WithLayers<L extends string, X extends AnyExtractor> = string extends L
  ? X
  : [L] extends [LayersIn<X>]
    ? X
    : `this network does not have the layer '${Exclude<L, LayersIn<X>>}'`

/** The layers that an extractor has. */
type LayersIn<X extends AnyExtractor> = X['layers'][number]
