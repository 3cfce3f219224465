/**
 * What a definition says of pictures that are looked at tile by tile: how its value adds up over positions, or why it does not.
 *
 * Laws, of features [batch, height, width, channels] cut into pieces: a 'mean' is the mean of the pieces', each weighing as many windows as it has; a 'sum' is their sum;
 * a transform that reaches r gives each position what it gives it in any piece that has all positions up to r away.
 */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'

/** How numbers of pieces become the whole's: each weighing as many windows as its piece has, or plainly added. */
export type Aggregation = 'mean' | 'sum'

/** Why there are no pieces: a clause that ends a sentence. */
export interface NotTileable {
  readonly refused: string
}

/** One statistic of a feature that adds up over windows of positions. */
export interface TilingPart<Of extends readonly Tensor[]> {
  readonly adds: Aggregation
  /** How many positions high and wide the windows are that it goes over, wherever they fit; a single position. */
  readonly window?: readonly [height: number, width: number]
  /** The statistic [batch, ...] of a piece; the definition's own `apply` where nothing is said. Differentiable in the last. */
  readonly apply?: (...features: Of) => Tensor
}

/** How a metric or regularizer adds up over the pieces of a feature. */
export type TermTiling<Of extends readonly Tensor[]> =
  | Aggregation
  | NotTileable
  | {
      readonly parts: readonly TilingPart<Of>[]
      /** The value [batch] from the parts of the whole; their sum where nothing is said. Differentiable. */
      readonly finish?: (parts: readonly Tensor[]) => Tensor1D
    }

/**
 * How a transform works on the pieces of a feature: it gives every position something of its own from the positions up to `reach` away, the picture's edges included;
 * or it gives the whole something without positions, which adds up (a Gram).
 */
export type TransformTiling = Aggregation | NotTileable | { readonly reach: number }
