/**
 * Shrinks a loss: to its parts, to itself with one part removed or simplified, to rounder weights, fewer options, and features nearer to the pixels.
 */
import { against, featureAt, mse, named, pixels, show, sum, weighted, type Feature, type Loss } from '../index.js'
import { builtInLeaves, builtInTransforms } from './optionArbitraries.js'

type AnyLoss = Loss<string, string>
type AnyFeature = Feature<string, string>
type Leaf = Extract<AnyLoss, { readonly _tag: 'Compare' | 'Regularize' }>

const TARGET = 'target'

/** Simpler losses, the simplest first. Each has fewer nodes, or as many with fewer options, names or digits. */
export function* simplerLosses(loss: AnyLoss): Generator<AnyLoss> {
  switch (loss._tag) {
    case 'Sum':
      if (loss.losses.length > 0) yield sum()
      yield* loss.losses
      for (const [i] of loss.losses.entries()) yield sum(...loss.losses.filter((_, at) => at !== i))
      for (const [i, part] of loss.losses.entries())
        for (const simpler of simplerLosses(part)) yield sum(...loss.losses.map((other, at) => (at === i ? simpler : other)))
      return
    case 'Weighted':
      yield loss.loss
      for (const weight of rounder(loss.weight)) yield weighted(weight, loss.loss)
      for (const simpler of simplerLosses(loss.loss)) yield weighted(loss.weight, simpler)
      return
    case 'Named':
      yield loss.loss
      for (const simpler of simplerLosses(loss.loss)) yield named(loss.name, simpler)
      return
    default:
      yield* simplerLeaves(loss)
  }
}

/** Weights with fewer digits. */
const rounder = (weight: number): readonly number[] =>
  [0, Math.sign(weight), Math.trunc(weight), Math.trunc(weight * 2) / 2].filter((w) => digits(w) < digits(weight))

const digits = (weight: number): number => (weight === 0 ? 0 : Math.abs(weight) === 1 ? 1 : String(weight).length)

function* simplerLeaves(leaf: Leaf): Generator<AnyLoss> {
  const by = leaf._tag === 'Compare' ? leaf.metric : leaf.regularizer
  const [simplest] = builtInLeaves
  const entry = builtInLeaves.find(({ id }) => id === by.id)
  const reference = leaf._tag === 'Compare' ? leaf.reference : TARGET
  if (leaf._tag === 'Compare' && reference !== TARGET) yield { ...leaf, reference: TARGET }
  const beside = leaf._tag === 'Compare' ? (leaf.beside ?? []) : []
  if (leaf._tag === 'Compare')
    for (const [i] of beside.entries())
      yield withBeside(
        leaf,
        beside.filter((_, at) => at !== i),
      )
  if (simplest !== undefined && by.id !== simplest.id) yield to(reference, simplest.plain(leaf.feature))
  if (entry !== undefined) yield* plainer(leaf, to(reference, entry.plain(leaf.feature)))
  for (const feature of simplerFeatures(leaf.feature)) yield { ...leaf, feature }
}

/** The comparison of its feature together with these. */
const withBeside = ({ _tag, metric, feature, reference }: Extract<Leaf, { readonly _tag: 'Compare' }>, beside: readonly AnyFeature[]): AnyLoss => ({
  _tag,
  metric,
  feature,
  reference,
  ...(beside.length === 0 ? {} : { beside }),
})

/** The other loss or feature where it is printed shorter: what is plain may need an option, too, and would shrink to itself for ever. */
const plainer = (leaf: AnyLoss, other: AnyLoss): readonly AnyLoss[] => (show(other).length < show(leaf).length ? [other] : [])

const plainerFeature = (feature: AnyFeature, other: AnyFeature): readonly AnyFeature[] => (show(mse(other)).length < show(mse(feature)).length ? [other] : [])

const to = (reference: string, loss: AnyLoss): AnyLoss => (reference === TARGET ? loss : against(reference, loss))

function* simplerFeatures(feature: AnyFeature): Generator<AnyFeature> {
  if (feature._tag === 'Pixels') return
  yield pixels
  if (feature._tag === 'Layer') {
    const { tap, of } = feature
    if (tap.activation !== 'post' || tap.pooling !== 'max' || of !== undefined) yield featureAt(tap.layer)
    if (of === undefined) return
    for (const simpler of simplerFeatures(of)) yield { ...feature, of: simpler as typeof of }
    return
  }
  yield feature.of
  const entry = builtInTransforms.find(({ id }) => id === feature.by.id)
  if (entry !== undefined) yield* plainerFeature(feature, entry.plain(feature.of))
  for (const of of simplerFeatures(feature.of)) yield { ...feature, of }
}
