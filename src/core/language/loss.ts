/**
 * A loss is a pure value: a metric or a regularizer applied to a feature, or losses combined. `build.ts` makes them.
 */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import type { AnyFeature, Feature } from './feature.js'
import { type OptionsSpec } from '../arguments/options.js'
import type { TermTiling } from './tilingRule.js'
import type { Requires } from './requires.js'
import type { Shape } from '../errors/shape.js'

/** From the smallest to the largest number. */
export type Interval = readonly [min: number, max: number]

/**
 * The values that a metric or regularizer can take, over all finite features of any size; a function where it takes fewer on features whose elements are at most
 * `bound` in absolute value (Infinity for most; 1 for unit vectors).
 */
export type ValueRange = Interval | ((bound: number) => Interval)

/** What a metric promises. */
export interface MetricLaws {
  /** d(a, b) = d(b, a). */
  readonly symmetric: boolean
  /** d(a, a) = 0. */
  readonly zeroOnIdentity: boolean
  /** d(a, b) <= d(a, c) + d(c, b); false where nothing is said. */
  readonly triangle?: boolean
  /** d stays in here. */
  readonly range: ValueRange
  /** d has a continuous gradient everywhere. */
  readonly smooth: boolean
}

/** What a regularizer promises. */
export interface RegularizerLaws {
  readonly range: ValueRange
  readonly smooth: boolean
}

/** What makes a metric: its name, its options, its laws and what it does. */
export interface MetricDefinition<P> extends OptionsSpec<P> {
  readonly kind: 'metric'
  readonly laws: (options: P) => MetricLaws
  readonly accepts: (options: P) => (feature: Shape) => string | undefined
  readonly latex: (options: P) => ((reference: string, prediction: string) => string) | undefined
  readonly flops: (options: P) => (feature: Shape) => number
  readonly apply: (options: P) => (reference: Tensor, prediction: Tensor) => Tensor1D
  readonly map: ((options: P) => (reference: Tensor, prediction: Tensor) => Tensor) | undefined
  readonly tiling: (options: P) => TermTiling<readonly [reference: Tensor, prediction: Tensor]> | undefined
}

/** What makes a regularizer. */
export interface RegularizerDefinition<P> extends OptionsSpec<P> {
  readonly kind: 'regularizer'
  readonly laws: (options: P) => RegularizerLaws
  readonly accepts: (options: P) => (feature: Shape) => string | undefined
  readonly latex: (options: P) => ((prediction: string) => string) | undefined
  readonly flops: (options: P) => (feature: Shape) => number
  readonly apply: (options: P) => (prediction: Tensor) => Tensor1D
  readonly tiling: (options: P) => TermTiling<readonly [prediction: Tensor]> | undefined
}

interface Applied {
  /** The definition; two metrics are the same when this is the same object and `key` is equal. */
  readonly definition: object
  readonly id: string
  readonly key: string
  readonly changed: Readonly<Record<string, unknown>>
  /** Why it cannot look at a feature of this shape, or undefined. */
  readonly accepts: (feature: Shape) => string | undefined
  /** Floating point operations for a feature of this shape. */
  readonly flops: (feature: Shape) => number
}

/** A metric with its options, the type of the options hidden: each member is already given them. */
export interface AppliedMetric extends Applied {
  readonly laws: MetricLaws
  /** Its own formula, where it has one. */
  readonly latex: ((reference: string, prediction: string) => string) | undefined
  readonly apply: () => (reference: Tensor, prediction: Tensor) => Tensor1D
  /** Where features [batch, height, width, channels] differ: [batch, height, width, 1], whose mean over positions is the value. */
  readonly map: (() => (reference: Tensor, prediction: Tensor) => Tensor) | undefined
  /** How its value adds up over the pieces of a picture, where it says so. */
  readonly tiling: TermTiling<readonly [reference: Tensor, prediction: Tensor]> | undefined
}

/** A regularizer with its options, the type of the options hidden. */
export interface AppliedRegularizer extends Applied {
  readonly laws: RegularizerLaws
  /** Its own formula, where it has one. */
  readonly latex: ((prediction: string) => string) | undefined
  readonly apply: () => (prediction: Tensor) => Tensor1D
  /** How its value adds up over the pieces of a picture, where it says so. */
  readonly tiling: TermTiling<readonly [prediction: Tensor]> | undefined
}

/** A metric between the same feature of a reference and of the prediction. */
export interface Compare<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Compare'
  readonly metric: AppliedMetric
  readonly feature: Feature<L, R>
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

/** Losses added: none, or two and more, none of them a sum. */
export interface Sum<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Sum'
  readonly losses: readonly Loss<L, R>[]
}

/** A loss with a name for people; the name changes no value. */
export interface Named<out L extends string, out R extends string> extends Requires<L, R> {
  readonly _tag: 'Named'
  readonly name: string
  readonly loss: Loss<L, R>
}

/** A loss. `L`: the layers it asks a network for; `R`: the references it compares with. */
export type Loss<L extends string = never, R extends string = never> = Compare<L, R> | Regularize<L, R> | Weighted<L, R> | Sum<L, R> | Named<L, R>

/** A leaf: what a term measures. */
export type Leaf<L extends string = never, R extends string = never> = Compare<L, R> | Regularize<L, R>

/** Any loss, whatever it needs. */
export type AnyLoss = Loss<string, string>

/** The reference that a metric compares with when nothing else is said: the optimizer's yTrue. */
export const TARGET = 'target'
/** The type of `TARGET`. */
export type Target = typeof TARGET

const tags: readonly unknown[] = ['Compare', 'Regularize', 'Weighted', 'Sum', 'Named'] satisfies readonly AnyLoss['_tag'][]

/** Whether a value from untyped code is a loss. */
export const isLoss = (value: unknown): value is AnyLoss => typeof value === 'object' && value !== null && '_tag' in value && tags.includes(value._tag)

/** Any feature or loss, for messages about values from untyped code. */
export type Node = AnyFeature | AnyLoss
