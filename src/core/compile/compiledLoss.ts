/** The options and the result of `compile`. */
import type { TileProgress } from '../tiling/passes.js'
import type { Target } from '../language/loss.js'
import type { Tensor, Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../errors/shape.js'
import type { Tiling } from '../tiling/tiledEvaluation.js'
import type { Range } from '../tensors/valueRange.js'

/** Options of `compile`. */
export interface CompileOptions {
  /** The values of black and white in the tensors: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
  /** 'network' (default) preprocesses images as the network was trained; 'none' passes them unchanged. */
  readonly preprocess?: 'network' | 'none'
  /**
   * Whether each call reads the images back, rejects NaN, infinite and out-of-range values, and reports where else they arise: in which layer, transform, term or
   * gradient. Slow; for debugging.
   */
  readonly checked?: boolean
  /**
   * The most memory of a step besides the pictures and their gradient: bytes, or a text such as '1GiB' or '512MiB'. Pictures of any size are then processed in
   * overlapping tiles, with the values and gradients of the whole up to rounding; a loss that does not add up over tiles is rejected. By default pictures are
   * processed as a whole.
   */
  readonly memory?: number | string
  /** Called after each tile with the progress of a pass, if `memory` is set. */
  readonly progress?: (progress: TileProgress) => void
}

/** The references of a loss: the target alone, or each by its name. */
export type Given<R extends string> = [Exclude<R, Target>] extends [never]
  ? Tensor | Readonly<Record<R, Tensor>>
  : string extends R
    ? Tensor | Readonly<Record<string, Tensor>>
    : Readonly<Record<R, Tensor>>

/** A loss with fixed references, whose features are already computed. Its tensors stay until `dispose`. */
export interface PreparedLoss {
  (prediction: Tensor): Scalar
  readonly perSample: (prediction: Tensor) => Tensor1D
  readonly breakdown: (prediction: Tensor) => Promise<readonly BreakdownRow[]>
  /** See `CompiledLoss.heatmap`. */
  readonly heatmap: (prediction: Tensor) => Tensor4D
  readonly dispose: () => void
}

/** A compiled loss: a function for any optimizer and for `model.compile`. */
export interface CompiledLoss<R extends string = Target> {
  (references: Given<R>, prediction: Tensor): Scalar
  /** Computes the value of each sample: [batch]. */
  readonly perSample: (references: Given<R>, prediction: Tensor) => Tensor1D
  /** Computes every term separately, in one forward pass. */
  readonly breakdown: (references: Given<R>, prediction: Tensor) => Promise<readonly BreakdownRow[]>
  /**
   * Computes a heat map of where the loss arises: [batch, height, width, 1] at the prediction's size, whose mean over positions is the sample's value (approximately for smaller layers:
   * their maps are enlarged bilinearly, with half-pixel centres). For LPIPS it is the official spatial map. A term without a map, such as a Gram or DISTS, is distributed
   * over the pixels like |gradient * difference|.
   */
  readonly heatmap: (references: Given<R>, prediction: Tensor) => Tensor4D
  /** Computes the references' features once, for fixed references; those of a live extractor, whose weights change, are computed again at each call. */
  readonly prepare: (references: Given<R>) => PreparedLoss
  /** The layers, references and masks that the loss needs. */
  readonly needs: Needs
  /** Returns the cost of tiles for predictions of this shape, such as [1, 6000, 8000, 3]; undefined without `memory`. Throws `MemoryTooSmall` if no tile is small enough. */
  readonly tiling: (shape: Shape) => Tiling | undefined
  /** Frees the tensors of prepared losses and ends the use of this function; the shared extractor stays. */
  readonly dispose: () => void
}

/** The requirements of a compiled loss. */
export interface Needs {
  /** The layers it uses, without duplicates. */
  readonly layers: readonly string[]
  /** The names of the references it compares with. */
  readonly references: readonly string[]
  /** The names of the masks. */
  readonly masks: readonly string[]
}

/** One row of a breakdown. */
export interface BreakdownRow {
  readonly name: string
  readonly weight: number
  /** The term's contribution to the loss: its weight times its value, the mean over the batch. */
  readonly value: number
  /** The term's value before its weight. */
  readonly unweighted: number
  /** Its share of the sum of all absolute values; 0 if that sum is 0. */
  readonly share: number
}
