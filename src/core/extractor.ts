/**
 * An extractor is a frozen network that gives the activations of named layers in one forward pass.
 *
 * It is shared by every loss compiled over it, and disposed by whoever made it.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from './error.js'
import type { Tap } from './feature.js'

/** What one layer costs for one image batch, forward. */
export interface LayerCost {
  readonly layer: string
  /** [batch, height, width, channels] of its output. */
  readonly shape: Shape
  /** Floating point operations: two a multiply-add. */
  readonly flops: number
  /** Bytes of its output. */
  readonly bytes: number
}

/** What a forward pass costs: the layers that run, in order, one list for all variants of the network. */
export interface Cost {
  readonly layers: readonly LayerCost[]
  readonly flops: number
  readonly bytes: number
}

/** How the pixels arrive: RGB in [0, 1], still to be preprocessed as the network was trained, or as the network takes them. */
export type Input = 'unit' | 'network'

/** A frozen network. `L`: its layers, aliases included. */
export interface Extractor<L extends string> {
  readonly name: string
  /** Shallow to deep; without aliases. */
  readonly layers: readonly L[]
  /** The tap that a layer name means here (aliases resolved), or why there is none. */
  readonly resolve: (tap: Tap) => Tap | { readonly reason: string } | undefined
  /** The tap's shape for a batch of that shape, or the smallest side that it needs. */
  readonly shapeOf: (images: Shape, tap: Tap) => Shape | { readonly minimum: number }
  /** The taps' activations, in their order: one forward pass a variant, no deeper than the deepest tap. Differentiable in the images. */
  readonly features: (images: Tensor4D, taps: readonly Tap[], input: Input) => readonly Tensor4D[]
  /** Puts what these taps need onto the backend, so that a later step allocates nothing that stays. */
  readonly ready: (taps: readonly Tap[]) => void
  readonly cost: (images: Shape, taps: readonly Tap[]) => Cost
  readonly isDisposed: () => boolean
  /** Frees the weights; calling it twice does nothing more. */
  readonly dispose: () => void
  /** Known to the compiler alone: the layers that may be asked for. */
  readonly _layers?: L
}

/** Any extractor. */
export type AnyExtractor = Extractor<string>
