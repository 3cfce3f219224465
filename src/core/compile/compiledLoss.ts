/** What `compile` takes and gives. */
import type { TileProgress } from '../tiling/passes.js'
import type { Target } from '../language/loss.js'
import type { Tensor, Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../errors/shape.js'
import type { Tiling } from '../tiling/tiledEvaluation.js'
import type { Range } from '../tensors/valueRange.js'

/** How `compile` takes the images. */
export interface CompileOptions {
  /** What black and white are in the tensors: [0, 1] (default), [-1, 1] or [0, 255]. */
  readonly range?: Range
  /** 'none' feeds the network the tensor as it is; 'network' (default) as it was trained. */
  readonly preprocess?: 'network' | 'none'
  /**
   * Whether each call reads the images back and refuses NaN, infinite and out-of-range values, and says where else they arise: in which layer, transform, term or
   * gradient; slow, for finding faults.
   */
  readonly checked?: boolean
  /**
   * The most memory that a step may take besides the pictures and their gradient: bytes, or a text such as '1GiB' or '512MiB'. Pictures of any size are then looked at in
   * overlapping tiles, with the values and gradients of the whole but for rounding; a loss that does not add up over tiles is refused. Without it, pictures are
   * looked at in one piece.
   */
  readonly memory?: number | string
  /** Is told how far a pass over the tiles has come, where there is `memory`; at each tile, in the middle of a call. */
  readonly progress?: (progress: TileProgress) => void
}

/** The references that a loss compares with: the target alone, or each by its name. */
export type Given<R extends string> = [Exclude<R, Target>] extends [never]
  ? Tensor | Readonly<Record<R, Tensor>>
  : string extends R
    ? Tensor | Readonly<Record<string, Tensor>>
    : Readonly<Record<R, Tensor>>

/** A loss whose references are fixed and already looked at. Its tensors stay until `dispose`. */
export interface PreparedLoss {
  (prediction: Tensor): Scalar
  readonly perSample: (prediction: Tensor) => Tensor1D
  readonly breakdown: (prediction: Tensor) => Promise<readonly BreakdownRow[]>
  /** As `CompiledLoss.heatmap`. */
  readonly heatmap: (prediction: Tensor) => Tensor4D
  readonly dispose: () => void
}

/** A compiled loss: a function that any optimizer and `model.compile` take as it is. */
export interface CompiledLoss<R extends string = Target> {
  (references: Given<R>, prediction: Tensor): Scalar
  /** The value of each sample: [batch]. */
  readonly perSample: (references: Given<R>, prediction: Tensor) => Tensor1D
  /** Every term by itself, from one forward pass. */
  readonly breakdown: (references: Given<R>, prediction: Tensor) => Promise<readonly BreakdownRow[]>
  /**
   * Where the loss comes from: [batch, height, width, 1] at the prediction's size, whose mean over positions is the sample's value (about, where layers are smaller:
   * their maps are made larger bilinearly, half-pixel centres). For LPIPS it is the official spatial map. A term that has no map, such as a Gram or DISTS, is spread
   * over the pixels as |gradient * difference| is.
   */
  readonly heatmap: (references: Given<R>, prediction: Tensor) => Tensor4D
  /** Looks at the references once, for targets that stay; a live extractor, whose weights change, looks at them again at each call. */
  readonly prepare: (references: Given<R>) => PreparedLoss
  /** What the loss needs. */
  readonly needs: Needs
  /** What `memory` costs for predictions of this shape, such as [1, 6000, 8000, 3]; undefined without it. Throws `MemoryTooSmall` where no tile is small enough. */
  readonly tiling: (shape: Shape) => Tiling | undefined
  /** Frees what `prepare` still holds and ends the use of this function; the extractor stays, for it is shared. */
  readonly dispose: () => void
}

/** What a compiled loss needs. */
export interface Needs {
  /** The layers it taps, each once. */
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
  /** What the term adds to the loss: its weight times its own value, the batch's mean. */
  readonly value: number
  /** The term's own value, before its weight. */
  readonly unweighted: number
  /** Its part of the sum of all absolute values; 0 when that is 0. */
  readonly share: number
}
