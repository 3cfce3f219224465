/**
 * Defines metrics, regularizers and transforms. Third parties use the same functions as the built-ins.
 *
 * A definition is an id, options with defaults, laws and a function of tensors. `defineMetric` gives the function from a feature to a loss. There is no
 * registry: a value carries its definition.
 */
import type * as t from 'io-ts'
import { noOptions } from '../arguments/codecs.js'
import { changedOptions, optionsKey, withOptions, type OptionsSpec } from '../arguments/definitionOptions.js'
import { type LossError } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import { elements, type Shape } from '../errors/shape.js'
import { compare, regularize } from '../language/build.js'
import type {
  Applied,
  AppliedMetric,
  AppliedRegularizer,
  AppliedTransform,
  ByOptions,
  MetricDefinition,
  MetricParts,
  RegularizerDefinition,
  RegularizerParts,
  TransformDefinition,
  TransformParts,
} from '../language/definition.js'
import { isFeature, transformed, type AnyFeature, type Feature, type Transformed } from '../language/feature.js'
import { TARGET, type Compare, type Regularize, type Target } from '../language/loss.js'
import { checkDefinition } from './definitionSpec.js'
import { idProblem } from './id.js'
import { getOrThrow, LossException } from '../errors/lossException.js'

/** The options of a definition: a codec and defaults, or none. */
type OptionsPart<P> = { readonly options: t.Type<P, unknown>; readonly defaults: P } | { readonly options?: never; readonly defaults?: never }

/** Parts that a definition must say, and parts it may leave to their defaults, as functions of the options. */
type SpecOf<P, Parts, Needed extends keyof Parts> = ByOptions<P, Pick<Parts, Needed>> & Partial<ByOptions<P, Omit<Parts, Needed>>>

/** A name in the style of an identifier (`mse`, `acme.edges`), unique among the definitions that JSON is decoded with. */
interface Identified {
  readonly id: string
}

/** What `defineMetric` takes. */
export type MetricSpec<P> = Identified & OptionsPart<P> & SpecOf<P, MetricParts, 'laws' | 'apply'>

/** What `defineRegularizer` takes. */
export type RegularizerSpec<P> = Identified & OptionsPart<P> & SpecOf<P, RegularizerParts, 'laws' | 'apply'>

/** What `defineTransform` takes. */
export type TransformSpec<P> = Identified & OptionsPart<P> & SpecOf<P, TransformParts, 'apply'>

/** A metric: a function from a feature to a loss. */
export interface Metric<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Compare<L, R | Target>
  /** Returns the metric with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Compare<L, R | Target>
  readonly definition: MetricDefinition<P>
}

/** One feature, or a list of at least one. */
type OneOrSeveral<L extends string, R extends string> = Feature<L, R> | readonly Feature<L, R>[]

/** A metric that compares several features together: a function from one, or from a list of them, to a loss. */
export interface MetricOfSeveral<P> {
  <L extends string = never, R extends string = never>(features: OneOrSeveral<L, R>, options?: Partial<P>): Compare<L, R | Target>
  /** Returns the metric with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(features: OneOrSeveral<L, R>) => Compare<L, R | Target>
  readonly definition: MetricDefinition<P>
}

/** A regularizer: a function from a feature of the prediction to a loss. */
export interface Regularizer<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Regularize<L, R>
  /** Returns the regularizer with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Regularize<L, R>
  readonly definition: RegularizerDefinition<P>
}

/** A transform: a function from a feature to a feature. */
export interface Transform<P> {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: Partial<P>): Transformed<L, R>
  /** Returns the transform with these options, for `pipe`. */
  readonly with: (options: Partial<P>) => <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Transformed<L, R>
  readonly definition: TransformDefinition<P>
}

const none = (): undefined => undefined

/** A difference, a function of it, a weight and a sum. */
const fourEach = (shape: Shape): number => 4 * elements(shape)

/** What metrics and regularizers do by default. */
const TERM_DEFAULTS = { accepts: () => none, latex: none, flops: () => fourEach, tiling: none }

const TRANSFORM_DEFAULTS = {
  smooth: () => false,
  bound: () => () => Infinity,
  shape: () => (input: Shape) => input,
  latex: none,
  flops: () => fourEach,
  mask: none,
  tiling: none,
}

/**
 * Defines a metric: a distance between the same feature of two images.
 *
 * @throws LossException `BadDefinition` for an invalid id or invalid defaults.
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
    ...TERM_DEFAULTS,
    map: none,
    mask: none,
    keepsNonFinite: () => false,
    takesSeveral: () => false,
    ...partsOf(spec),
    ...optionsOf(spec),
  })
  return callable(definition, (by: AppliedMetric, given) => {
    const [feature, ...beside] = by.takesSeveral && Array.isArray(given) ? requireFeatures(spec.id, given) : [requireFeature(spec.id, given)]
    return compare(by, feature, TARGET, beside)
  }) as Metric<P>
}

/**
 * Defines a regularizer: a value of one feature of the prediction, without a reference.
 *
 * @throws LossException `BadDefinition` for an invalid id or invalid defaults.
 * @example
 * const brightness = defineRegularizer({
 *   id: 'brightness',
 *   laws: () => ({ range: [-Infinity, Infinity], smooth: true }),
 *   apply: () => (prediction) => tf.mean(prediction, [1, 2, 3]),
 * })
 */
export const defineRegularizer = <P>(spec: RegularizerSpec<P>): Regularizer<P> => {
  checkDefinition('defineRegularizer', spec, ['laws', 'apply'])
  const definition: RegularizerDefinition<P> = Object.freeze({ kind: 'regularizer', ...TERM_DEFAULTS, ...partsOf(spec), ...optionsOf(spec) })
  return callable(definition, (by: AppliedRegularizer, feature) => regularize(by, requireFeature(spec.id, feature))) as Regularizer<P>
}

/**
 * Defines a transform: a feature computed from another feature.
 *
 * @throws LossException `BadDefinition` for an invalid id or invalid defaults.
 * @example
 * const squared = defineTransform({ id: 'squared', smooth: () => true, apply: () => (feature) => tf.square(feature) })
 * compile(mse(squared(pixels)))
 */
export const defineTransform = <P>(spec: TransformSpec<P>): Transform<P> => {
  checkDefinition('defineTransform', spec, ['apply'])
  const definition: TransformDefinition<P> = Object.freeze({ kind: 'transform', ...TRANSFORM_DEFAULTS, ...partsOf(spec), ...optionsOf(spec) })
  return callable(definition, (by: AppliedTransform, feature) => transformed(by, requireFeature(spec.id, feature))) as Transform<P>
}

/** The parts that a specification has: its functions. */
const partsOf = <S extends object>(spec: S): S => Object.fromEntries(Object.entries(spec).filter(([, part]) => typeof part === 'function')) as S

/** The function with options last, its `with` and its definition. */
const callable = <P, By extends Applied, A>(definition: OptionsSpec<P>, applyTo: <L extends string, R extends string>(by: By, feature: Feature<L, R>) => A) => {
  const configure = (options: Partial<P>): By => applied(definition, getOrThrow(withOptions(definition, options))) as unknown as By
  const usual = configure({})
  return Object.freeze(
    Object.assign((feature: Feature<string, string>, options?: Partial<P>): A => applyTo(options === undefined ? usual : configure(options), feature), {
      with: (options: Partial<P>) => {
        const by = configure(options)
        return (feature: Feature<string, string>): A => applyTo(by, feature)
      },
      definition,
    }),
  )
}

/** The definition with these options: each of its parts is computed when it is read. */
const applied = <P>(definition: OptionsSpec<P>, options: P): Applied => {
  const identity = { definition, id: definition.id, key: optionsKey(definition.codec, options), changed: Object.freeze(changedOptions(definition, options)) }
  const parts = Object.entries(definition).filter(([, part]) => typeof part === 'function') as readonly [string, (options: P) => unknown][]
  return Object.freeze(
    Object.defineProperties(identity, Object.fromEntries(parts.map(([name, part]) => [name, { get: () => part(options), enumerable: true }]))),
  )
}

const bad = (id: unknown, reason: string): LossError => ({ _tag: 'BadDefinition', id: String(id), reason })

const optionsOf = <P>(spec: OptionsPart<P> & { readonly id: string }): OptionsSpec<P> => {
  const problem = idProblem(spec.id)
  if (problem !== undefined) throw new LossException(bad(spec.id, problem))
  const codec = spec.options ?? (noOptions as unknown as t.Type<P, unknown>)
  const defaults = spec.options === undefined ? ({} as P) : spec.defaults
  if (!codec.is(defaults)) throw new LossException(bad(spec.id, `its codec ${codec.name} does not accept its defaults ${formatValue(defaults)}`))
  return { id: spec.id, codec, defaults: Object.freeze(defaults) }
}

const requireFeatures = (id: string, values: readonly AnyFeature[]): readonly [AnyFeature, ...AnyFeature[]] => {
  const [first, ...rest] = values
  if (first === undefined)
    throw new LossException({ _tag: 'BadArgument', name: `The features of ${id}`, received: '[]', expected: 'a feature, or a list of at least one' })
  return [requireFeature(id, first), ...rest.map((value) => requireFeature(id, value))]
}

const requireFeature = <L extends string, R extends string>(id: string, value: Feature<L, R>): Feature<L, R> => {
  if (!isFeature(value))
    throw new LossException({
      _tag: 'BadArgument',
      name: `The feature of ${id}`,
      received: formatValue(value),
      expected: "a feature, such as pixels or featureAt('block3_conv3')",
    })
  return value
}
