/**
 * An extractor is a network that returns the activations of named layers in one forward pass. It is frozen, or live (in training itself).
 *
 * It is shared by every loss compiled over it, and disposed of by its creator.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { Tap } from './feature.js'
import type { Box } from './box.js'
import type { ReceptiveField } from './receptiveField.js'
import type { Shape } from '../errors/shape.js'

/** The forward cost of one layer for one image batch. */
export interface LayerCost {
  readonly layer: string
  /** [batch, height, width, channels] of its output. */
  readonly shape: Shape
  /** Floating point operations; a multiply-add counts as two. */
  readonly flops: number
  /** Bytes of its output. */
  readonly bytes: number
}

/** The cost of a forward pass: the layers that run, in order, one list for all variants of the network. */
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

/** The input of a network: 'unit' is RGB in [0, 1], to be preprocessed as in training; 'network' is already preprocessed. */
export type Input = 'unit' | 'network'

/** Why a layer does not accept images of a size: the smallest side that it needs, or another reason, as a clause. */
export type Unfit = { readonly minimum: number } | { readonly reason: string }

/** A tap's positions that a change reaches, before and after it. */
export interface ChangedFeature {
  readonly reference: Tensor4D
  readonly prediction: Tensor4D
}

/** How a network computes what a change inside a box does to its taps. */
export interface ChangedFeatures {
  /** The part of the reference that the changed positions depend on. */
  readonly around: Box
  /** The operations as a fraction of those for two whole pictures. */
  readonly cost: number
  /** The changed positions of each tap, undefined where there are none; from the reference's part `around` and the prediction's part in the box. */
  readonly features: (reference: Tensor4D, prediction: Tensor4D, input: Input) => readonly (ChangedFeature | undefined)[]
}

/** A network, or several. `L`: its layers, aliases included. */
export interface Extractor<L extends string> {
  readonly name: string
  /** Whether it is in training: its variables then receive gradients from references too, and `prepare` caches none of its features. */
  readonly live: boolean
  /** The extractors that this one combines, if any. */
  readonly parts?: readonly AnyExtractor[]
  /** Shallow to deep; without aliases. */
  readonly layers: readonly L[]
  /** The tap for a layer name, with aliases resolved, or why there is none. */
  readonly resolve: (tap: Tap) => Tap | { readonly reason: string } | undefined
  /** The tap's shape for a batch of that shape, or why it has none. */
  readonly shapeOf: (images: Shape, tap: Tap) => Shape | Unfit
  /** The receptive field of a tap's position, for tiles; without it tiles are not supported. */
  readonly receptiveField?: (tap: Tap) => ReceptiveField | undefined
  /** How to compute only what a change inside a box does to these taps, for images of that shape; without it, or where it gives undefined, whole pictures are compared. */
  readonly changedFeatures?: (images: Shape, changed: Box, taps: readonly Tap[]) => ChangedFeatures | undefined
  /** The activations of the taps, in their order: one forward pass per variant, no deeper than the deepest tap. Differentiable in the images. */
  readonly features: (images: Tensor4D, taps: readonly Tap[], input: Input) => readonly Tensor[]
  /** Uploads the weights of these taps to the backend, so that later steps allocate nothing permanent. */
  readonly ready: (taps: readonly Tap[]) => void
  readonly cost: (images: Shape, taps: readonly Tap[]) => Cost
  readonly isDisposed: () => boolean
  /** Frees the weights; a second call has no effect. */
  readonly dispose: () => void
}

/** Any extractor. */
export type AnyExtractor = Extractor<string>

/** The part of an extractor that planning a loss needs. */
export type Catalogue = Pick<AnyExtractor, 'name' | 'layers' | 'resolve'> & { readonly parts?: readonly Catalogue[] }

/** The networks of an extractor: its parts and theirs, or itself. */
export const networksOf = <X extends { readonly parts?: readonly X[] }>(extractor: X): readonly X[] => extractor.parts?.flatMap(networksOf) ?? [extractor]

/** Whether a value from untyped code is an extractor. */
export const isExtractor = (value: unknown): value is AnyExtractor =>
  typeof value === 'object' && value !== null && 'features' in value && 'resolve' in value && 'shapeOf' in value
