/**
 * A loss is a pure value: a metric or a regularizer applied to a feature, or a combination of losses. `build.ts` constructs them.
 */
import type { AnyFeature, Feature } from './feature.js'
import type { AppliedMetric, AppliedRegularizer } from './definition.js'
import type { Requires } from './requires.js'

/** A metric between the same feature of a reference and of the prediction. */
export interface Compare<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Compare'
  readonly metric: AppliedMetric
  readonly feature: Feature<L, R>
  /** Further features, for a metric that compares several together; at least one. */
  readonly beside?: readonly Feature<L, R>[]
  readonly reference: string
}

/** A regularizer of a feature of the prediction. */
export interface Regularize<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Regularize'
  readonly regularizer: AppliedRegularizer
  readonly feature: Feature<L, R>
}

/** A leaf or a named loss times a number. */
export interface Weighted<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Weighted'
  readonly weight: number
  readonly loss: Loss<L, R>
}

/** A sum of losses: none, or at least two, none of them a sum. */
export interface Sum<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Sum'
  readonly losses: readonly Loss<L, R>[]
}

/** A loss with a name; the name does not affect the value. */
export interface Named<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Named'
  readonly name: string
  readonly loss: Loss<L, R>
}

/** A loss. `L`: the network layers it needs; `R`: the references it needs. */
export type Loss<L extends string = never, R extends string = never> = Compare<L, R> | Regularize<L, R> | Weighted<L, R> | Sum<L, R> | Named<L, R>

/** A leaf: what a term measures. */
export type Leaf<L extends string = never, R extends string = never> = Compare<L, R> | Regularize<L, R>

/** The features that a leaf looks at: one, or those that its metric compares together. */
export const featuresOf = (leaf: Leaf<string, string>): readonly AnyFeature[] =>
  leaf._tag === 'Compare' && leaf.beside !== undefined ? [leaf.feature, ...leaf.beside] : [leaf.feature]

/** Any loss, whatever it needs. */
export type AnyLoss = Loss<string, string>

/** The default reference of a metric: the optimizer's yTrue. */
export const TARGET = 'target'
/** The type of `TARGET`. */
export type Target = typeof TARGET

const tags: readonly unknown[] = ['Compare', 'Regularize', 'Weighted', 'Sum', 'Named'] satisfies readonly AnyLoss['_tag'][]

/** Whether a value from untyped code is a loss. */
export const isLoss = (value: unknown): value is AnyLoss => typeof value === 'object' && value !== null && '_tag' in value && tags.includes(value._tag)

/** Any feature or loss, for messages about values from untyped code. */
export type Node = AnyFeature | AnyLoss
