/**
 * A loss as a list of terms, which sliders change one by one.
 *
 * Laws: `lossOf(termsOf(loss))` has the loss's terms, in its order, with its weights and names; every loss has such a list, however it was nested.
 */
import { tryDecode, encode, LossException, terms, type Feature, type FeatureJson, type Loss, type LossJson } from 'perceptual-loss'
import { either as E } from 'fp-ts'
import { featuresOf } from './networksFor.js'

/** What a loss holds, as JSON: a metric or a regularizer of a feature. */
export type LeafJson = Extract<LossJson, { readonly metric: string } | { readonly regularizer: string }>

/** One term. */
export interface TermJson {
  readonly weight: number
  /** The names around it, outermost first. */
  readonly names: readonly string[]
  readonly leaf: LeafJson
}

/** The terms of a loss. */
export const termsOf = (loss: Loss<string, string>): readonly TermJson[] =>
  terms(loss).map(({ leaf, weight, names }) => ({ weight, names, leaf: encode(leaf).loss as LeafJson }))

/** The loss of terms; throws a LossException where one is none. */
export const lossOf = (list: readonly TermJson[]): Loss<string, string> => {
  const parts = list.map(({ weight, names, leaf }): LossJson => {
    const loss = names.reduceRight<LossJson>((inner, name) => ({ name, loss: inner }), leaf)
    return weight === 1 ? loss : { weight, loss }
  })
  const [only] = parts
  const loss = tryDecode({ version: 1, loss: parts.length === 1 && only !== undefined ? only : { sum: parts } })
  if (E.isLeft(loss)) throw new LossException(loss.left)
  return loss.right
}

/** The list with one term changed. */
export const changed = (list: readonly TermJson[], at: number, change: Partial<TermJson>): readonly TermJson[] =>
  list.map((term, i) => (i === at ? { ...term, ...change } : term))

/** The metric or regularizer of a term. */
export const idOf = (leaf: LeafJson): string => ('metric' in leaf ? leaf.metric : leaf.regularizer)

/** How a feature is built: the pixels or a layer, and the transforms around it, outermost first. */
export interface FeatureParts {
  readonly base: Extract<FeatureJson, 'pixels' | { readonly layer: string }>
  readonly transforms: readonly Omit<Extract<FeatureJson, { readonly transform: string }>, 'feature'>[]
}

/** The parts of a feature. */
export const partsOf = (feature: FeatureJson): FeatureParts => {
  if (feature === 'pixels' || 'layer' in feature) return { base: feature, transforms: [] }
  const { feature: of, ...transform } = feature
  const { base, transforms } = partsOf(of)
  return { base, transforms: [transform, ...transforms] }
}

/** The feature of parts. */
export const featureOf = ({ base, transforms }: FeatureParts): FeatureJson =>
  transforms.reduceRight<FeatureJson>((feature, transform) => ({ ...transform, feature }), base)

/** Published losses whose terms are known by their learned weights. */
const LEARNED: readonly (readonly [RegExp, string])[] = [
  [/^lpips\./, 'LPIPS'],
  [/^dists\./, 'DISTS'],
]

/** A term in few words: "mse of gram of block2_conv2", "LPIPS at conv1". */
export const titleOf = ({ names, leaf }: TermJson): string => {
  const { base, transforms } = partsOf(leaf.feature)
  const place = base === 'pixels' ? 'pixels' : base.layer
  const weights = leaf.options?.['weights']
  const published = typeof weights === 'string' ? LEARNED.find(([pattern]) => pattern.test(weights))?.[1] : undefined
  const looked = [...transforms.map(({ transform }) => transform), place].join(' of ')
  const beside = 'beside' in leaf ? leaf.beside.length : 0
  const several = beside === 0 ? '' : ` and ${String(beside)} more`
  const title = published === undefined ? `${idOf(leaf)} of ${looked}${several}` : `${published} at ${place}`
  return names.length === 0 ? title : `${names.join(', ')}: ${title}`
}

/** The names of the pictures that a loss looks at besides the prediction: references, and masks. */
export const picturesOf = (loss: Loss<string, string>): readonly string[] => {
  const references = terms(loss).flatMap(({ leaf }) => (leaf._tag === 'Compare' ? [leaf.reference] : []))
  return [...new Set([...references, ...masksOf(loss)])]
}

/** The names of a loss's masks. */
export const masksOf = (loss: Loss<string, string>): readonly string[] => [...new Set(terms(loss).flatMap(({ leaf }) => featuresOf(leaf).flatMap(masksIn)))]

const masksIn = (feature: Feature<string, string>): readonly string[] => {
  if (feature._tag === 'Transformed') return [...(feature.by.mask === undefined ? [] : [feature.by.mask]), ...masksIn(feature.of)]
  return feature._tag === 'Layer' && feature.of !== undefined ? masksIn(feature.of) : []
}
