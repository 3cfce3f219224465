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
export interface Layer<out L extends string, out R extends string = never> extends Requires<L, R> {
  readonly _tag: 'Layer'
  readonly tap: Tap<L>
  /** What the network looks at, a transform of the pixels; without it, the pixels. */
  readonly of?: Transformed<never, R>
}

/** A transform of a feature. */
export interface Transformed<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Transformed'
  readonly by: AppliedTransform
  readonly of: Feature<L, R>
}

/** A feature of an image. `L`: the layers it needs; `R`: the references it needs. */
export type Feature<L extends string = never, R extends string = never> = Pixels | Layer<L, R> | Transformed<L, R>

/** What a network can look at: the pixels, or a transform of them. */
export type Picture<R extends string = never> = Pixels | Transformed<never, R>

/** Any feature, whatever it needs. */
export type AnyFeature = Feature<string, string>

export const pixels: Pixels = Object.freeze({ _tag: 'Pixels' })

/** A layer of a network that looks at a picture: the pixels, or a transform of them. */
export const layer = <const L extends string, R extends string = never>(tap: Tap<L>, of: Picture<R> = pixels): Layer<L, R> =>
  Object.freeze({ _tag: 'Layer', tap: Object.freeze(tap), ...(of._tag === 'Pixels' ? {} : { of }) })

export const transformed = <L extends string, R extends string>(by: AppliedTransform, of: Feature<L, R>): Transformed<L, R> =>
  Object.freeze({ _tag: 'Transformed', by, of })

const tags: readonly unknown[] = ['Pixels', 'Layer', 'Transformed'] satisfies readonly AnyFeature['_tag'][]

/** Whether a value from untyped code is a feature. */
export const isFeature = (value: unknown): value is AnyFeature => typeof value === 'object' && value !== null && '_tag' in value && tags.includes(value._tag)

/** Whether a feature needs no network, so that a network can look at it. */
export const isPicture = (feature: AnyFeature): feature is Picture<string> => {
  let inner = feature
  while (inner._tag === 'Transformed') inner = inner.of
  return inner._tag === 'Pixels'
}
