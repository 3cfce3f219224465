/**
 * How the value of a definition adds up over tiles, or why it does not.
 *
 * Laws, for features [batch, height, width, channels] cut into pieces: a 'mean' is the mean over pieces, weighted by their number of windows; a 'sum' is their sum;
 * a transform with reach r gives a position the same value in every piece that contains all positions up to r away.
 */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'

/** How the values of pieces combine: a mean weighted by their number of windows, or a sum. */
export type Aggregation = 'mean' | 'sum'

/** Why tiles are not supported, as a clause that ends a sentence. */
export interface NotTileable {
  readonly refused: string
}

/** One statistic of a feature that adds up over windows of positions. */
export interface TilingPart<Of extends readonly Tensor[]> {
  readonly adds: Aggregation
  /** The height and width of its windows in positions; by default a single position. */
  readonly window?: readonly [height: number, width: number]
  /** The statistic [batch, ...] of a piece; by default the definition's `apply`. Differentiable in the last feature. */
  readonly apply?: (...features: Of) => Tensor
}

/** How a metric or regularizer adds up over the pieces of a feature. */
export type TermTiling<Of extends readonly Tensor[]> =
  | Aggregation
  | NotTileable
  | {
      readonly parts: readonly TilingPart<Of>[]
      /** The value [batch] from the combined parts; by default their sum. Differentiable. */
      readonly finish?: (parts: readonly Tensor[]) => Tensor1D
    }

/**
 * How a transform works on the pieces of a feature: each output position depends on positions up to `reach` away, the picture's edges included;
 * or the output has no positions and adds up over pieces (a Gram matrix).
 */
export type TransformTiling = Aggregation | NotTileable | { readonly reach: number }
