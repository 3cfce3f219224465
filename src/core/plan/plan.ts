/**
 * The plan of a loss: the distinct features to compute, and the terms that compare them.
 *
 * Each distinct feature appears once, after its inputs; each distinct tap once; `deepest` is the layer where each network stops.
 */
import type { either as E } from 'fp-ts'
import { isLeft, left, right } from '../errors/either.js'
import { appliedKeys, distinct, tapKey } from '../language/distinct.js'
import { type LossError } from '../errors/lossError.js'
import { networksOf, type Catalogue } from '../language/extractor.js'
import type { AnyFeature, Tap } from '../language/feature.js'
import { foldFeature } from '../language/fold.js'
import { featuresOf, type AnyLoss, type Leaf } from '../language/loss.js'
import { label, shortTap } from '../language/show.js'
import { termNames } from './termNames.js'
import { terms, type Term } from '../language/terms.js'
import type { AppliedTransform, AppliedMetric, AppliedRegularizer, MetricMask } from '../language/definition.js'
import { getOrThrow } from '../errors/lossException.js'

/** One distinct feature; `of` and `tap` are positions in the plan. A layer without `of` is of the pixels. */
export type PlannedFeature =
  | { readonly _tag: 'Pixels' }
  | { readonly _tag: 'Layer'; readonly tap: number; readonly of?: number }
  | { readonly _tag: 'Transformed'; readonly by: AppliedTransform; readonly of: number }

/** One term; `feature` is a position in the plan. */
export interface PlannedTerm {
  readonly name: string
  readonly weight: number
  readonly feature: number
  /** The features that its metric compares together with the first. */
  readonly beside: readonly number[]
  readonly by:
    | { readonly _tag: 'Compare'; readonly metric: AppliedMetric; readonly reference: string }
    | { readonly _tag: 'Regularize'; readonly regularizer: AppliedRegularizer }
}

/** The features that one side of the comparison needs: those compared, and all their inputs. */
export interface Side {
  /** The features that terms use. */
  readonly compared: readonly number[]
  /** These features and their inputs, in the plan's order. */
  readonly computed: readonly number[]
  /** What networks look at. */
  readonly views: readonly View[]
}

/** One picture that networks look at. */
export interface View {
  /** The feature that it is, a position in the plan; undefined for the pixels. */
  readonly of: number | undefined
  /** The layers that are computed of it, positions in the plan. */
  readonly layers: readonly number[]
}

/** The features that one reference needs. */
export interface ReferenceSide extends Side {
  readonly name: string
}

/** The plan of a loss over an extractor, for images of any size. */
export interface Plan {
  readonly terms: readonly PlannedTerm[]
  readonly features: readonly PlannedFeature[]
  readonly taps: readonly Tap[]
  /** The deepest layer that runs of each network; empty if no network is needed. */
  readonly deepest: readonly string[]
  readonly prediction: Side
  /** The features of each reference. */
  readonly references: readonly ReferenceSide[]
  /** The names of the masks that features and metrics need. */
  readonly masks: readonly string[]
}

/** Plans a loss; a Left for a layer that the extractor does not have, or a missing extractor. */
export const planLoss = (loss: AnyLoss, extractor: Catalogue | undefined): E.Either<LossError, Plan> => {
  const all = terms(loss)
  const asked = all.flatMap(({ leaf }) => featuresOf(leaf).flatMap(tapsOf))
  if (extractor === undefined)
    return asked.length > 0 ? left({ _tag: 'MissingExtractor', layers: unique(asked.map((tap) => tap.layer)) }) : right(layOut(all, (tap) => tap, []))
  const refused = asked.map(resolveTap(extractor)).find(isLeft)
  const resolve = (tap: Tap): Tap => getOrThrow(resolveTap(extractor)(tap))
  return refused ?? right(layOut(all, resolve, networksOf(extractor)))
}

const tapsOf: (feature: AnyFeature) => readonly Tap[] = foldFeature<readonly Tap[]>({
  pixels: () => [],
  layer: ({ tap }) => [tap],
  transformed: (of) => of,
})

const resolveTap =
  ({ name, layers, resolve }: Catalogue) =>
  (tap: Tap): E.Either<LossError, Tap> => {
    const found = resolve(tap)
    if (found === undefined) return left({ _tag: 'UnknownLayer', layer: tap.layer, extractor: name, known: layers })
    return 'reason' in found ? left({ _tag: 'UnsupportedTap', tap: tap.layer, extractor: name, reason: found.reason }) : right(found)
  }

const layOut = (all: readonly Term[], resolve: (tap: Tap) => Tap, networks: readonly Catalogue[]): Plan => {
  const table = featureTable(resolve)
  const names = termNames(all)
  const planned = all.map(({ leaf, weight }, i): PlannedTerm => ({
    name: names[i] ?? label(leaf),
    weight,
    feature: table.position(leaf.feature),
    beside: featuresOf(leaf).slice(1).map(table.position),
    by: comparison(leaf),
  }))
  const side = (chosen: readonly PlannedTerm[]): Side => sideOf(table.features, unique(chosen.flatMap(comparedBy)))
  const references = byReference(planned)
  const tapped = new Set(table.taps.map(({ layer }) => layer))
  return {
    terms: planned,
    features: table.features,
    taps: table.taps,
    deepest: networks.flatMap(({ layers }) => layers.findLast((layer) => tapped.has(layer)) ?? []),
    prediction: side(planned),
    references: [...references].map(([name, comparing]) => ({ name, ...side(comparing) })),
    masks: unique([
      ...table.features.flatMap((feature) => (feature._tag === 'Transformed' ? (feature.by.mask ?? []) : [])),
      ...metricMasks(planned).map(({ name }) => name),
    ]),
  }
}

const comparison = (leaf: Leaf<string, string>): PlannedTerm['by'] =>
  leaf._tag === 'Compare' ? { _tag: 'Compare', metric: leaf.metric, reference: leaf.reference } : { _tag: 'Regularize', regularizer: leaf.regularizer }

const metricMasks = (planned: readonly PlannedTerm[]): readonly MetricMask[] =>
  planned.flatMap(({ by }) => (by._tag === 'Compare' ? (by.metric.mask ?? []) : []))

/** The largest value of a mask: 1, unless only metrics use it, which say how large it may be. */
export const maskLimit = ({ terms, features }: Plan, mask: string): number => {
  const ofFeatures = features.some((feature) => feature._tag === 'Transformed' && feature.by.mask === mask)
  const ofMetrics = metricMasks(terms).flatMap(({ name, upTo }) => (name === mask ? [upTo] : []))
  return Math.min(...ofMetrics, ...(ofFeatures ? [1] : []))
}

/** A short name of each feature, by its position. */
export const featureNames = (plan: Plan): readonly string[] => {
  const names: string[] = []
  for (const feature of plan.features) {
    const tap = feature._tag === 'Layer' ? plan.taps[feature.tap] : undefined
    if (feature._tag === 'Transformed') names.push(`${feature.by.id}(${names[feature.of] ?? ''})`)
    else if (feature._tag === 'Pixels') names.push('pixels')
    else names.push(`${tap === undefined ? '' : shortTap(tap)}${feature.of === undefined ? '' : ` of ${names[feature.of] ?? ''}`}`)
  }
  return names
}

/** The terms that compare with each reference, in order of first use. */
const byReference = (planned: readonly PlannedTerm[]): ReadonlyMap<string, readonly PlannedTerm[]> => {
  const groups = new Map<string, PlannedTerm[]>()
  for (const term of planned) {
    if (term.by._tag === 'Regularize') continue
    const group = groups.get(term.by.reference)
    if (group === undefined) groups.set(term.by.reference, [term])
    else group.push(term)
  }
  return groups
}

/** Collects distinct features and taps: equal ones get the same position. */
const featureTable = (resolve: (tap: Tap) => Tap) => {
  const applied = appliedKeys()
  const taps = distinct(tapKey)
  const features = distinct<PlannedFeature>((planned) => {
    if (planned._tag === 'Pixels') return 'pixels'
    return planned._tag === 'Layer' ? `layer ${String(planned.tap)} ${String(planned.of)}` : `${String(planned.of)} ${applied(planned.by)}`
  })
  const position = foldFeature<number>({
    pixels: () => features.position({ _tag: 'Pixels' }),
    layer: ({ tap }, of) => features.position({ _tag: 'Layer', tap: taps.position(resolve(tap)), ...(of === undefined ? {} : { of }) }),
    transformed: (of, { by }) => features.position({ _tag: 'Transformed', by, of }),
  })
  return { features: features.values, taps: taps.values, position }
}

/** The feature that one is made of; undefined for the pixels, and for layers of them. */
export const sourceOf = (feature: PlannedFeature): number | undefined => (feature._tag === 'Pixels' ? undefined : feature.of)

/** The features that a term looks at. */
export const comparedBy = ({ feature, beside }: PlannedTerm): readonly number[] => [feature, ...beside]

/** The names of the terms whose feature is, or depends on, one of these. */
export const termsThrough = ({ terms, features }: Plan, through: readonly number[]): readonly string[] => {
  const found = new Set(through)
  // A feature stands after the one it is made of.
  for (const [at, feature] of features.entries()) {
    const source = sourceOf(feature)
    if (source !== undefined && found.has(source)) found.add(at)
  }
  return terms.filter((term) => comparedBy(term).some((at) => found.has(at))).map(({ name }) => name)
}

const referencePositions = new WeakMap<Plan, ReadonlyMap<string, number>>()

/** The position of a reference in the plan by name; -1 for an unknown name. */
export const referencePosition = (plan: Plan, name: string): number => {
  const known = referencePositions.get(plan) ?? new Map(plan.references.map((reference, i) => [reference.name, i]))
  referencePositions.set(plan, known)
  return known.get(name) ?? -1
}

/** What must be computed for the compared features. */
export const sideOf = (features: readonly PlannedFeature[], compared: readonly number[]): Side => {
  const needed = new Set<number>()
  const need = (at: number): void => {
    if (needed.has(at)) return
    needed.add(at)
    const feature = features[at]
    const source = feature === undefined ? undefined : sourceOf(feature)
    if (source !== undefined) need(source)
  }
  compared.forEach(need)
  const computed = [...needed].sort((a, b) => a - b)
  return { compared, computed, views: viewsOf(features, computed) }
}

/** What networks look at for some of the features. */
export const viewsOf = (features: readonly PlannedFeature[], computed: readonly number[]): readonly View[] => {
  const views = new Map<number | undefined, number[]>()
  for (const at of computed) {
    const feature = features[at]
    if (feature?._tag !== 'Layer') continue
    const layers = views.get(feature.of)
    if (layers === undefined) views.set(feature.of, [at])
    else layers.push(at)
  }
  return [...views].map(([of, layers]) => ({ of, layers }))
}

/** The tap of a feature that is a layer. */
export const tapOf = ({ features, taps }: Plan, at: number): Tap | undefined => {
  const feature = features[at]
  return feature?._tag === 'Layer' ? taps[feature.tap] : undefined
}

const unique = <A>(values: readonly A[]): readonly A[] => [...new Set(values)]
