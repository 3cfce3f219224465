/**
 * A feature says how to look at an image: its pixels, a layer of a network, or a transform of a feature.
 *
 * A feature is a value: it holds no tensor and no network. `L` is the union of the layers that it needs.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { OptionsSpec } from '../arguments/options.js'
import type { TransformTiling } from './tilingRule.js'
import type { Requires } from './requires.js'
import type { Shape } from '../errors/shape.js'

/** Which value of a convolution: after its ReLU (as Keras' layers) or before it. */
export type Activation = 'post' | 'pre'

/** How the network pools: as it was trained (max), or with its pooling replaced. */
export type Pooling = 'max' | 'average' | 'l2'

/** One place in one variant of a network. */
export interface Tap<out L extends string = string> {
  readonly layer: L
  readonly activation: Activation
  readonly pooling: Pooling
}

/** The image itself, RGB in [0, 1] whatever the range it came in; [batch, height, width, 3]. */
export interface Pixels extends Requires<never, never> {
  readonly _tag: 'Pixels'
}

/** The activations of a network's layer; [batch, height, width, channels]. */
export interface Layer<out L extends string> extends Requires<L, never> {
  readonly _tag: 'Layer'
  readonly tap: Tap<L>
}

/** A transform of a feature. */
export interface Transformed<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Transformed'
  readonly by: AppliedTransform
  readonly of: Feature<L, R>
}

/** How to look at an image. `L`: the layers it needs; `R`: the references it needs. */
export type Feature<L extends string = never, R extends string = never> = Pixels | Layer<L> | Transformed<L, R>

/** Any feature, whatever it needs. */
export type AnyFeature = Feature<string, string>

/** What makes a transform: its name, its options, its laws and what it does. */
export interface TransformDefinition<P> extends OptionsSpec<P> {
  readonly kind: 'transform'
  readonly smooth: (options: P) => boolean
  readonly bound: (options: P) => (input: number) => number
  readonly shape: (options: P) => (input: Shape) => Shape | string
  readonly latex: (options: P) => ((feature: string) => string) | undefined
  readonly flops: (options: P) => (input: Shape) => number
  readonly mask: (options: P) => string | undefined
  readonly apply: (options: P) => (feature: Tensor, mask: Tensor | undefined) => Tensor
  readonly tiling: (options: P) => TransformTiling | undefined
}

/** A transform with its options, the type of the options hidden: each member is already given them. */
export interface AppliedTransform {
  /** The definition; two transforms are the same when this is the same object and `key` is equal. */
  readonly definition: object
  readonly id: string
  readonly key: string
  readonly changed: Readonly<Record<string, unknown>>
  readonly smooth: boolean
  /** The largest absolute value that can come out, from the largest that goes in. */
  readonly bound: (input: number) => number
  readonly shape: (input: Shape) => Shape | string
  /** Its own formula, where it has one. */
  readonly latex: ((feature: string) => string) | undefined
  /** Floating point operations for an input of this shape. */
  readonly flops: (input: Shape) => number
  /** The name of the mask that it needs when the loss runs, or undefined. */
  readonly mask: string | undefined
  readonly apply: () => (feature: Tensor, mask?: Tensor) => Tensor
  /** How it works on the pieces of a picture, where it says so. */
  readonly tiling: TransformTiling | undefined
}

export const pixels: Pixels = Object.freeze({ _tag: 'Pixels' })

export const layer = <const L extends string>(tap: Tap<L>): Layer<L> => Object.freeze({ _tag: 'Layer', tap: Object.freeze(tap) })

export const transformed = <L extends string, R extends string>(by: AppliedTransform, of: Feature<L, R>): Transformed<L, R> =>
  Object.freeze({ _tag: 'Transformed', by, of })

const tags: readonly unknown[] = ['Pixels', 'Layer', 'Transformed'] satisfies readonly AnyFeature['_tag'][]

/** Whether a value from untyped code is a feature. */
export const isFeature = (value: unknown): value is AnyFeature => typeof value === 'object' && value !== null && '_tag' in value && tags.includes(value._tag)
