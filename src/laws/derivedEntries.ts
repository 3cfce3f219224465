/**
 * What generated losses need to know of a definition, derived from the definition itself: options from its codec, and which features it accepts.
 */
import fc from 'fast-check'
import type { JsonSchema } from '../core/arguments/codecs.js'
import { takesSeveral, type Definition } from '../core/json/definitionTable.js'
import { optionsSchema } from '../core/json/schema.js'
import type { Shape } from '../core/errors/shape.js'
import { pixels, resized, type Feature, type Loss } from '../index.js'
import type { BuiltInLeaf, BuiltInTransform, LooksAt } from './builtInEntry.js'

type AnyLoss = Loss<string, string>
type AnyFeature = Feature<string, string>
type Options = Readonly<Record<string, unknown>>

/** Options that a definition accepts: small numbers, and every name. Options whose codec does not say what it accepts keep their defaults. */
export const optionsArbitrary = ({ definition }: Definition): fc.Arbitrary<Options> => {
  const { properties = {} } = optionsSchema(definition.codec, definition.defaults) as { readonly properties?: Readonly<Record<string, JsonSchema>> }
  const arbitraries = Object.entries(properties).flatMap(([name, schema]) => {
    const arbitrary = valueArbitrary(schema)
    return arbitrary === undefined ? [] : [[name, arbitrary] as const]
  })
  return fc.record(Object.fromEntries(arbitraries), { requiredKeys: [] })
}

/** Values of one option; undefined where its schema is of another kind. */
const valueArbitrary = ({ enum: names, type, minimum, exclusiveMinimum, maximum, anyOf }: JsonSchema): fc.Arbitrary<unknown> | undefined => {
  if (Array.isArray(names)) return fc.constantFrom(...(names as unknown[]))
  if (type === 'boolean') return fc.boolean()
  const max = typeof maximum === 'number' ? maximum : Infinity
  if (type === 'integer') {
    const min = typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 0
    return fc.integer({ min, max: Math.min(max, min + 3) })
  }
  if (type === 'number') {
    const sizes = SIZES.filter((size) => size >= (typeof minimum === 'number' ? minimum : 0) && size <= max)
    return sizes.length === 0 ? undefined : fc.constantFrom(...sizes)
  }
  const parts = Array.isArray(anyOf) ? (anyOf as readonly JsonSchema[]).flatMap((part) => valueArbitrary(part) ?? []) : []
  return parts.length === 0 ? undefined : fc.oneof(...parts)
}

/** Powers of two: exact in float32. */
const SIZES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4]

/** How many sets of options are tried to find out which features a definition accepts. */
const TRIED = 40

/** The largest side that is tried. */
const LARGEST = 512

const shapesOf: Readonly<Record<LooksAt, (side: number) => Shape>> = {
  anything: (side) => [2, side, 5],
  positions: (side) => [2, side, side, 5],
  pictures: (side) => [2, side, side, 3],
}

/** The widest kind of feature that all these accept, and the smallest side they do from. */
const acceptance = (accept: readonly ((shape: Shape) => boolean)[]): { readonly looksAt: LooksAt; readonly minSide: number } | undefined => {
  for (const looksAt of ['anything', 'positions', 'pictures'] as const)
    for (let minSide = 1; minSide <= LARGEST; minSide++) if (accept.every((accepts) => accepts(shapesOf[looksAt](minSide)))) return { looksAt, minSide }
  return undefined
}

const triedOptions = (definition: Definition): readonly Options[] => [{}, ...fc.sample(optionsArbitrary(definition), { seed: 1, numRuns: TRIED })]

/** What a metric of several features compares besides a feature. */
const BESIDE: readonly ((feature: AnyFeature) => readonly AnyFeature[])[] = [
  () => [],
  (feature) => [feature],
  (feature) => [resized(feature, { scale: 0.5 }), feature],
  () => [pixels],
]

/** A metric's functions from a feature to a loss: for one that takes several features, to the loss of it and others, too. */
const applications = (of: Definition, apply: (options: Options) => (feature: AnyFeature) => AnyLoss): BuiltInLeaf['make'] => {
  const made = optionsArbitrary(of).map(apply)
  if (!takesSeveral(of.definition)) return made
  return fc.tuple(made as unknown as fc.Arbitrary<(features: readonly AnyFeature[]) => AnyLoss>, fc.constantFrom(...BESIDE)).map(
    ([compare, beside]) =>
      (feature) =>
        compare([feature, ...beside(feature)]),
  )
}

/** The entry of a metric or regularizer. */
export const derivedLeaf = (of: Definition): BuiltInLeaf => {
  const apply = of.with as unknown as (options: Options) => (feature: AnyFeature) => AnyLoss
  const accepts = triedOptions(of).map((options) => {
    const loss = apply(options)(pixels)
    const by = loss._tag === 'Compare' ? loss.metric : loss._tag === 'Regularize' ? loss.regularizer : undefined
    return (shape: Shape) => by?.accepts(shape) === undefined
  })
  const { looksAt, minSide } = acceptance(accepts) ?? { looksAt: 'pictures', minSide: LARGEST }
  const { id, kind } = of.definition
  return { id, kind: kind === 'regularizer' ? kind : 'metric', looksAt, minSide, make: applications(of, apply), plain: apply({}) }
}

/** The entry of a transform. */
export const derivedTransform = (of: Definition): BuiltInTransform => {
  const apply = of.with as unknown as (options: Options) => (feature: AnyFeature) => AnyFeature
  const shapes = triedOptions(of).map((options) => {
    const feature = apply(options)(pixels)
    return (shape: Shape) => (feature._tag === 'Transformed' ? feature.by.shape(shape) : shape)
  })
  const { looksAt, minSide } = acceptance(shapes.map((shapeOf) => (shape) => typeof shapeOf(shape) !== 'string')) ?? { looksAt: 'pictures', minSide: LARGEST }
  const kind = looksAt === 'pictures' ? looksAt : 'positions'
  const input = shapesOf[kind](Math.max(minSide, 8))
  const outputs = shapes.map((shapeOf) => shapeOf(input))
  return {
    id: of.definition.id,
    kind: 'transform',
    looksAt: kind,
    keepsPositions: outputs.every((output) => output.length === 4),
    keepsSize: outputs.every((output) => output[1] === input[1] && output[2] === input[2]),
    minSide,
    make: optionsArbitrary(of).map(apply),
    plain: apply({}),
  }
}
