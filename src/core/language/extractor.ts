/**
 * An extractor is a network that gives the activations of named layers in one forward pass: frozen, or live, which is in training itself.
 *
 * It is shared by every loss compiled over it, and disposed by whoever made it.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { Tap } from './feature.js'
import type { ReceptiveField } from './receptiveField.js'
import type { Shape } from '../errors/shape.js'

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

/** The cost of layers, added up. */
export const costOf = (layers: Cost['layers']): Cost => ({
  layers,
  flops: layers.reduce((sum, { flops }) => sum + flops, 0),
  bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** How the pixels arrive: RGB in [0, 1], still to be preprocessed as the network was trained, or as the network takes them. */
export type Input = 'unit' | 'network'

/** Why a layer has no shape for images of a size: the smallest side that it needs, or another reason, a clause that ends a sentence. */
export type Unfit = { readonly minimum: number } | { readonly reason: string }

/** A network, or several. `L`: its layers, aliases included. */
export interface Extractor<L extends string> {
  readonly name: string
  /** Whether it is in training: the tape stays on for references too, so that its variables get their gradient, and `prepare` keeps none of what it sees. */
  readonly live: boolean
  /** The extractors that this one is made of, where there are several. */
  readonly parts?: readonly AnyExtractor[]
  /** Shallow to deep; without aliases. */
  readonly layers: readonly L[]
  /** The tap that a layer name means here (aliases resolved), or why there is none. */
  readonly resolve: (tap: Tap) => Tap | { readonly reason: string } | undefined
  /** The tap's shape for a batch of that shape, or why it has none. */
  readonly shapeOf: (images: Shape, tap: Tap) => Shape | Unfit
  /** What a position of the tap sees of the picture, for pictures that are looked at tile by tile; without it there are no tiles. */
  readonly sees?: (tap: Tap) => ReceptiveField | undefined
  /** The taps' activations, in their order: one forward pass a variant, no deeper than the deepest tap. Differentiable in the images. */
  readonly features: (images: Tensor4D, taps: readonly Tap[], input: Input) => readonly Tensor[]
  /** Puts what these taps need onto the backend, so that a later step allocates nothing that stays. */
  readonly ready: (taps: readonly Tap[]) => void
  readonly cost: (images: Shape, taps: readonly Tap[]) => Cost
  readonly isDisposed: () => boolean
  /** Frees the weights; calling it twice does nothing more. */
  readonly dispose: () => void
}

/** Any extractor. */
export type AnyExtractor = Extractor<string>

/** Which layers there are: all that planning a loss asks of an extractor. */
export type Catalogue = Pick<AnyExtractor, 'name' | 'layers' | 'resolve'> & { readonly parts?: readonly Catalogue[] }

/** The networks of an extractor: its parts and theirs, or itself. */
export const networksOf = <X extends { readonly parts?: readonly X[] }>(extractor: X): readonly X[] => extractor.parts?.flatMap(networksOf) ?? [extractor]

/** Whether a value from untyped code is an extractor. */
export const isExtractor = (value: unknown): value is AnyExtractor =>
  typeof value === 'object' && value !== null && 'features' in value && 'resolve' in value && 'shapeOf' in value
