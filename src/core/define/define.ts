/**
 * How metrics, regularizers and transforms are made: by third parties with the same functions as the built-ins.
 *
 * A definition is an id, options with defaults, laws and a function of tensors. `defineMetric` gives the function from a feature to a loss. There is no
 * registry: a value carries its definition.
 */
import { checkDefinition } from './definitionSpec.js'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import type * as t from 'io-ts'
import { LossException, getOrThrow, type LossError } from '../errors/error.js'
import { isFeature, transformed, type AppliedTransform, type Feature, type TransformDefinition, type Transformed } from '../language/feature.js'
import {
  TARGET,
  type AppliedMetric,
  type AppliedRegularizer,
  type Compare,
  type MetricDefinition,
  type MetricLaws,
  type Regularize,
  type RegularizerDefinition,
  type RegularizerLaws,
  type Target,
} from '../language/loss.js'
import { idProblem } from './id.js'
import { formatValue } from '../errors/formatValue.js'
import { changedOptions, optionsKey, withOptions, type OptionsSpec } from '../arguments/options.js'
import type { TermTiling, TransformTiling } from '../language/tilingRule.js'
import { type Shape, elements } from '../errors/shape.js'
import { compare, regularize } from '../language/build.js'
import { noOptions } from '../arguments/codecs.js'

/** The options of a definition: a codec and defaults, or nothing at all. */
type OptionsPart<P> = { readonly options: t.Type<P, unknown>; readonly defaults: P } | { readonly options?: never; readonly defaults?: never }

/** What `defineMetric` takes. */
export type MetricSpec<P> = OptionsPart<P> & {
  /** A name in the style of an identifier (`mse`, `acme.edges`), unique among the definitions that one decodes JSON with. */
  readonly id: string
  /** What the metric promises with these options. */
  readonly laws: (options: P) => MetricLaws
  /** Why the metric cannot look at a feature of this shape; undefined where it can. */
  readonly accepts?: (options: P) => (feature: Shape) => string | undefined
  /** How it reads as a formula, from those of what it looks at; its id with its options where nothing is said. It must bind as tightly as a product. */
  readonly latex?: (options: P) => (reference: string, prediction: string) => string
  /** How many floating point operations it takes for a feature of this shape; four an element where nothing is said. */
  readonly flops?: (options: P) => (feature: Shape) => number
  /** Both tensors have the same shape [batch, ...]; the result is [batch]. Differentiable in both. Called once with the options, then once a step. */
  readonly apply: (options: P) => (reference: Tensor, prediction: Tensor) => Tensor1D
  /**
   * Where features [batch, height, width, channels] differ, for `heatmap`: [batch, height, width, 1], whose mean over positions is the value. Without it, or for a
   * feature of another rank, the gradient says where.
   */
  readonly map?: (options: P) => (reference: Tensor, prediction: Tensor) => Tensor
  /** How its value adds up over the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, it is refused there. */
  readonly tiling?: (options: P) => TermTiling<readonly [reference: Tensor, prediction: Tensor]>
}

/** What `defineRegularizer` takes. */
export type RegularizerSpec<P> = OptionsPart<P> & {
  readonly id: string
  readonly laws: (options: P) => RegularizerLaws
  readonly accepts?: (options: P) => (feature: Shape) => string | undefined
  /** How it reads as a formula, from those of what it looks at; its id with its options where nothing is said. It must bind as tightly as a product. */
  readonly latex?: (options: P) => (prediction: string) => string
  /** How many floating point operations it takes for a feature of this shape; four an element where nothing is said. */
  readonly flops?: (options: P) => (feature: Shape) => number
  readonly apply: (options: P) => (prediction: Tensor) => Tensor1D
  /** How its value adds up over the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, it is refused there. */
  readonly tiling?: (options: P) => TermTiling<readonly [prediction: Tensor]>
}

/** What `defineTransform` takes. */
export type TransformSpec<P> = OptionsPart<P> & {
  readonly id: string
  /** Whether the gradient is continuous everywhere; false where nothing is said. */
  readonly smooth?: (options: P) => boolean
  /** The largest absolute value of an element that can come out, from the largest that can go in; unbounded where nothing is said. */
  readonly bound?: (options: P) => (input: number) => number
  /** The shape that comes out of the one that goes in (the same where nothing is said), or why it cannot be transformed. */
  readonly shape?: (options: P) => (input: Shape) => Shape | string
  /** How it reads as a formula, from those of what it looks at; its id with its options where nothing is said. It must bind as tightly as a product. */
  readonly latex?: (options: P) => (feature: string) => string
  /** How many floating point operations it takes for a feature of this shape; four an element where nothing is said. */
  readonly flops?: (options: P) => (feature: Shape) => number
  /** The name of a mask that it needs, given with the references when the loss runs: [batch or 1, height, width, 1] in [0, 1], of the prediction's size; none. */
  readonly mask?: (options: P) => string | undefined
  readonly apply: (options: P) => (feature: Tensor, mask: Tensor | undefined) => Tensor
  /** How it works on the pieces of a picture, for `compile`'s `memory`, or why it does not; without it, it is refused there. */
  readonly tiling?: (options: P) => TransformTiling
}

/** A metric: a function from a feature to a loss. */
export interface Metric<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Compare<L, R | Target>
  /** The metric with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Compare<L, R | Target>
  readonly definition: MetricDefinition<P>
}

/** A regularizer: a function from a feature of the prediction to a loss. */
export interface Regularizer<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Regularize<L, R>
  /** The regularizer with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Regularize<L, R>
  readonly definition: RegularizerDefinition<P>
}

/** A transform: a function from a feature to a feature. */
export interface Transform<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Transformed<L, R>
  /** The transform with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Transformed<L, R>
  readonly definition: TransformDefinition<P>
}

const always = (): undefined => undefined

/** A difference, a function of it, a weight and a sum. */
const fourEach = (shape: Shape): number => 4 * elements(shape)

/**
 * Makes a metric: a way to compare the same feature of two images.
 *
 * @throws LossException `BadDefinition` when the id or the defaults are not usable.
 * @example
 * const maxError = defineMetric({
 *   id: 'maxError',
 *   laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
 *   apply: () => (reference, prediction) => tf.max(tf.abs(tf.sub(prediction, reference)), [1, 2, 3]),
 * })
 * compile(maxError(pixels))
 */
export const defineMetric = <P>(spec: MetricSpec<P>): Metric<P> => {
  checkDefinition('defineMetric', spec, ['laws', 'apply'])
  const definition: MetricDefinition<P> = Object.freeze({
    kind: 'metric',
    ...optionsOf(spec),
    laws: spec.laws,
    accepts: spec.accepts ?? (() => always),
    latex: spec.latex ?? always,
    flops: spec.flops ?? (() => fourEach),
    apply: spec.apply,
    map: spec.map,
    tiling: spec.tiling ?? always,
  })
  const { map } = definition
  const configure = (options: Partial<P>): AppliedMetric => {
    const given = getOrThrow(withOptions(definition, options))
    return Object.freeze({
      ...identify(definition, given),
      laws: definition.laws(given),
      accepts: definition.accepts(given),
      latex: definition.latex(given),
      flops: definition.flops(given),
      apply: () => definition.apply(given),
      map: map === undefined ? undefined : () => map(given),
      tiling: definition.tiling(given),
    })
  }
  const usual = configure({})
  const applyTo = <L extends string, R extends string>(by: AppliedMetric, feature: Feature<L, R>) => compare(by, requireFeature(spec.id, feature), TARGET)
  return callable(definition, usual, configure, applyTo) as Metric<P>
}

/**
 * Makes a regularizer: a way to judge one feature of the prediction alone.
 *
 * @throws LossException `BadDefinition` when the id or the defaults are not usable.
 * @example
 * const brightness = defineRegularizer({
 *   id: 'brightness',
 *   laws: () => ({ range: [-Infinity, Infinity], smooth: true }),
 *   apply: () => (prediction) => tf.mean(prediction, [1, 2, 3]),
 * })
 */
export const defineRegularizer = <P>(spec: RegularizerSpec<P>): Regularizer<P> => {
  checkDefinition('defineRegularizer', spec, ['laws', 'apply'])
  const definition: RegularizerDefinition<P> = Object.freeze({
    kind: 'regularizer',
    ...optionsOf(spec),
    laws: spec.laws,
    accepts: spec.accepts ?? (() => always),
    latex: spec.latex ?? always,
    flops: spec.flops ?? (() => fourEach),
    apply: spec.apply,
    tiling: spec.tiling ?? always,
  })
  const configure = (options: Partial<P>): AppliedRegularizer => {
    const given = getOrThrow(withOptions(definition, options))
    return Object.freeze({
      ...identify(definition, given),
      laws: definition.laws(given),
      accepts: definition.accepts(given),
      latex: definition.latex(given),
      flops: definition.flops(given),
      apply: () => definition.apply(given),
      tiling: definition.tiling(given),
    })
  }
  const usual = configure({})
  const applyTo = <L extends string, R extends string>(by: AppliedRegularizer, feature: Feature<L, R>) => regularize(by, requireFeature(spec.id, feature))
  return callable(definition, usual, configure, applyTo) as Regularizer<P>
}

/**
 * Makes a transform: a way to derive a feature from a feature.
 *
 * @throws LossException `BadDefinition` when the id or the defaults are not usable.
 * @example
 * const squared = defineTransform({ id: 'squared', smooth: () => true, apply: () => (feature) => tf.square(feature) })
 * compile(mse(squared(pixels)))
 */
export const defineTransform = <P>(spec: TransformSpec<P>): Transform<P> => {
  checkDefinition('defineTransform', spec, ['apply'])
  const definition: TransformDefinition<P> = Object.freeze({
    kind: 'transform',
    ...optionsOf(spec),
    smooth: spec.smooth ?? (() => false),
    bound: spec.bound ?? (() => () => Infinity),
    shape: spec.shape ?? (() => (input: Shape) => input),
    latex: spec.latex ?? always,
    flops: spec.flops ?? (() => fourEach),
    mask: spec.mask ?? always,
    apply: spec.apply,
    tiling: spec.tiling ?? always,
  })
  const configure = (options: Partial<P>): AppliedTransform => {
    const given = getOrThrow(withOptions(definition, options))
    return Object.freeze({
      ...identify(definition, given),
      smooth: definition.smooth(given),
      bound: definition.bound(given),
      shape: definition.shape(given),
      latex: definition.latex(given),
      flops: definition.flops(given),
      mask: definition.mask(given),
      apply: () => {
        const apply = definition.apply(given)
        return (feature: Tensor, mask?: Tensor) => apply(feature, mask)
      },
      tiling: definition.tiling(given),
    })
  }
  const usual = configure({})
  const applyTo = <L extends string, R extends string>(by: AppliedTransform, feature: Feature<L, R>) => transformed(by, requireFeature(spec.id, feature))
  return callable(definition, usual, configure, applyTo) as Transform<P>
}

/** The function with options last, its `with` and its definition. */
const callable = <P, D extends OptionsSpec<P>, By, A>(
  definition: D,
  usual: By,
  configure: (options: Partial<P>) => By,
  applyTo: (by: By, feature: Feature<string, string>) => A,
) =>
  Object.freeze(
    Object.assign((feature: Feature<string, string>, options?: Partial<P>): A => applyTo(options === undefined ? usual : configure(options), feature), {
      with: (options: Partial<P>) => {
        const by = configure(options)
        return (feature: Feature<string, string>): A => applyTo(by, feature)
      },
      definition,
    }),
  )

const bad = (id: unknown, reason: string): LossError => ({ _tag: 'BadDefinition', id: String(id), reason })

const optionsOf = <P>(spec: OptionsPart<P> & { readonly id: string }): OptionsSpec<P> => {
  const problem = idProblem(spec.id)
  if (problem !== undefined) throw new LossException(bad(spec.id, problem))
  const codec = spec.options ?? (noOptions as unknown as t.Type<P, unknown>)
  const defaults = spec.options === undefined ? ({} as P) : spec.defaults
  if (!codec.is(defaults)) throw new LossException(bad(spec.id, `its defaults ${formatValue(defaults)} are not what its codec ${codec.name} accepts`))
  return { id: spec.id, codec, defaults: Object.freeze(defaults) }
}

const identify = <P>(definition: OptionsSpec<P>, options: P) => ({
  definition,
  id: definition.id,
  key: optionsKey(definition.codec, options),
  changed: Object.freeze(changedOptions(definition, options)),
})

const requireFeature = <L extends string, R extends string>(id: string, value: Feature<L, R>): Feature<L, R> => {
  if (!isFeature(value))
    throw new LossException({
      _tag: 'BadArgument',
      name: `The feature of ${id}`,
      came: formatValue(value),
      expected: "a feature, such as pixels or featureAt('block3_conv3')",
    })
  return value
}
