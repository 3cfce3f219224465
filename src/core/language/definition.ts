/**
 * What metrics, regularizers and transforms are made of. Each part is listed once: a definition has it as a function of the options, an applied one has it for given options.
 */
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { OptionsSpec } from '../arguments/definitionOptions.js'
import type { Shape } from '../errors/shape.js'
import type { TermTiling, TransformTiling } from './tilingRule.js'

/** From the smallest to the largest number. */
export type Interval = readonly [min: number, max: number]

/**
 * The values that a metric or regularizer can take over all finite features of any size; a function if the values are limited for features whose elements are at most
 * `bound` in absolute value (Infinity for most; 1 for unit vectors).
 */
export type ValueRange = Interval | ((bound: number) => Interval)

/** The laws that a metric claims. */
export interface MetricLaws {
  /** d(a, b) = d(b, a). */
  readonly symmetric: boolean
  /** d(a, a) = 0. */
  readonly zeroOnIdentity: boolean
  /** d(a, b) <= d(a, c) + d(c, b); false by default. */
  readonly triangle?: boolean
  /** The range of d. */
  readonly range: ValueRange
  /** d has a continuous gradient everywhere. */
  readonly smooth: boolean
}

/** The laws that a regularizer claims. */
export interface RegularizerLaws {
  readonly range: ValueRange
  readonly smooth: boolean
}

/** The prediction whose features a metric compares: its size, and the mask that the metric asked for. */
export interface ComparedPicture {
  readonly height: number
  readonly width: number
  readonly mask?: Tensor4D
  /** The features that are compared together with the first, in their order: of the reference, and of the prediction. */
  readonly beside?: readonly (readonly [reference: Tensor, prediction: Tensor])[]
}

/** A mask of a metric: its name, and its largest value. */
export interface MetricMask {
  readonly name: string
  readonly upTo: number
}

/** The parts of a metric. */
export interface MetricParts {
  /** What the metric promises. */
  readonly laws: MetricLaws
  /** Why the metric cannot compare features of this shape; undefined where it can. */
  readonly accepts: (feature: Shape) => string | undefined
  /** Its formula, from those of the features; by default its id with its options. It must bind as tightly as a product. */
  readonly latex: ((reference: string, prediction: string) => string) | undefined
  /** Floating point operations for a feature of this shape; by default four per element. */
  readonly flops: (feature: Shape) => number
  /** A mask it needs, given with the references: [batch or 1, height, width, 1] in [0, upTo], of the prediction's size; none by default. */
  readonly mask: MetricMask | undefined
  /** Whether it also compares several features together, given as a list; `accepts` and `flops` are then of each. False by default. */
  readonly takesSeveral: boolean
  /**
   * Both tensors have the same shape [batch, ...]; the result is [batch]. Differentiable in both. Called once when a loss is compiled, then the function once per step; `picture` is
   * the prediction's, missing on tiles.
   */
  readonly apply: (reference: Tensor, prediction: Tensor, picture?: ComparedPicture) => Tensor1D
  /**
   * Where features [batch, height, width, channels] differ, for `heatmap`: [batch, height, width, 1], whose mean over positions is the value. By default, and for
   * feature of another rank, the gradient shows where.
   */
  readonly map: ((reference: Tensor, prediction: Tensor) => Tensor) | undefined
  /** How its value adds up over the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, `memory` rejects the metric. */
  readonly tiling: TermTiling<readonly [reference: Tensor, prediction: Tensor]> | undefined
  /**
   * Whether NaN or infinity anywhere in a feature makes the sample's value NaN or infinite, and a NaN gradient of the value makes every gradient NaN, on every backend; then
   * pictures are not scanned for it. False by default.
   */
  readonly keepsNonFinite: boolean
}

/** The parts of a regularizer. */
export interface RegularizerParts {
  /** What the regularizer promises. */
  readonly laws: RegularizerLaws
  /** Why the regularizer cannot take a feature of this shape; undefined where it can. */
  readonly accepts: (feature: Shape) => string | undefined
  /** Its formula, from that of the feature; by default its id with its options. It must bind as tightly as a product. */
  readonly latex: ((prediction: string) => string) | undefined
  /** Floating point operations for a feature of this shape; by default four per element. */
  readonly flops: (feature: Shape) => number
  /** [batch, ...] to [batch]. Differentiable. Called once when a loss is compiled, then the function once per step. */
  readonly apply: (prediction: Tensor) => Tensor1D
  /** How its value adds up over the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, `memory` rejects the regularizer. */
  readonly tiling: TermTiling<readonly [prediction: Tensor]> | undefined
}

/** The parts of a transform. */
export interface TransformParts {
  /** Whether the gradient is continuous everywhere; false by default. */
  readonly smooth: boolean
  /** The largest absolute value of an output element, from the largest of the input; unbounded by default. */
  readonly bound: (input: number) => number
  /** The output shape of an input shape (the same by default), or why it cannot be transformed. */
  readonly shape: (input: Shape) => Shape | string
  /** Its formula, from that of the feature; by default its id with its options. It must bind as tightly as a product. */
  readonly latex: ((feature: string) => string) | undefined
  /** Floating point operations for an input of this shape; by default four per element. */
  readonly flops: (input: Shape) => number
  /** The name of a mask it needs, given with the references: [batch or 1, height, width, 1] in [0, 1], of the prediction's size; none by default. */
  readonly mask: string | undefined
  /** Differentiable. Called once when a loss is compiled, then the function once per step. */
  readonly apply: (feature: Tensor, mask?: Tensor) => Tensor
  /** How it works on the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, `memory` rejects the transform. */
  readonly tiling: TransformTiling | undefined
}

/** Parts as functions of the options. */
export type ByOptions<P, Parts> = { readonly [K in keyof Parts]: (options: P) => Parts[K] }

/** What makes a metric: its id, its options and its parts. */
export type MetricDefinition<P> = OptionsSpec<P> & ByOptions<P, MetricParts> & { readonly kind: 'metric' }

/** The definition of a regularizer. */
export type RegularizerDefinition<P> = OptionsSpec<P> & ByOptions<P, RegularizerParts> & { readonly kind: 'regularizer' }

/** What makes a transform. */
export type TransformDefinition<P> = OptionsSpec<P> & ByOptions<P, TransformParts> & { readonly kind: 'transform' }

/** A definition with its options, whose type is hidden. */
export interface Applied {
  /** Two are the same when this is the same object and `key` is equal. */
  readonly definition: object
  readonly id: string
  readonly key: string
  /** The options that differ from the defaults, encoded. */
  readonly changed: Readonly<Record<string, unknown>>
}

/** A metric with its options. Each part is computed when it is read. */
export interface AppliedMetric extends Applied, MetricParts {}

/** A regularizer with its options. */
export interface AppliedRegularizer extends Applied, RegularizerParts {}

/** A transform with its options. */
export interface AppliedTransform extends Applied, TransformParts {}
