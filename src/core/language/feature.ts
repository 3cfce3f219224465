/**
 * A feature is what a loss computes from an image: its pixels, a layer of a network, or a transform of a feature.
 *
 * A feature is a value: it holds no tensor and no network. `L` is the union of the layers that it needs.
 */
import type { AppliedTransform } from './definition.js'
import type { Requires } from './requires.js'

/** Which value of a convolution: 'post' is after its ReLU (as in Keras), 'pre' is before it. */
export type Activation = 'post' | 'pre'

/** The pooling of the network: 'max' as trained, or replaced. */
export type Pooling = 'max' | 'average' | 'l2'

/** One place in one variant of a network. */
export interface Tap<out L extends string = string> {
  readonly layer: L
  readonly activation: Activation
  readonly pooling: Pooling
}

/** The image itself: RGB in [0, 1] for every `range`, [batch, height, width, 3]. */
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

/** A feature of an image. `L`: the layers it needs; `R`: the references it needs. */
export type Feature<L extends string = never, R extends string = never> = Pixels | Layer<L> | Transformed<L, R>

/** Any feature, whatever it needs. */
export type AnyFeature = Feature<string, string>

export const pixels: Pixels = Object.freeze({ _tag: 'Pixels' })

export const layer = <const L extends string>(tap: Tap<L>): Layer<L> => Object.freeze({ _tag: 'Layer', tap: Object.freeze(tap) })

export const transformed = <L extends string, R extends string>(by: AppliedTransform, of: Feature<L, R>): Transformed<L, R> =>
  Object.freeze({ _tag: 'Transformed', by, of })

const tags: readonly unknown[] = ['Pixels', 'Layer', 'Transformed'] satisfies readonly AnyFeature['_tag'][]

/** Whether a value from untyped code is a feature. */
export const isFeature = (value: unknown): value is AnyFeature => typeof value === 'object' && value !== null && '_tag' in value && tags.includes(value._tag)
