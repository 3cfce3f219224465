/** Computes the features of one side of a plan: one pass of each network, each feature once. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { type Input, type AnyExtractor, networksOf } from '../language/extractor.js'
import { type Plan, type Side, type ReferenceSide, termsThrough, type PlannedFeature } from '../plan/plan.js'
import { withSecondDerivatives } from '../tensors/secondDerivatives.js'
import type { Tap } from '../language/feature.js'
import { type Range, toUnit } from '../tensors/valueRange.js'

/** Features by their position in the plan; only those that a term of the side compares. */
export type FeatureTable = readonly (Tensor | undefined)[]

/** How images are read. */
export interface FeatureOptions {
  readonly range: Range
  readonly input: Input
  /** Is called with every feature, in the plan's order: for finding non-finite values. */
  readonly onFeature?: OnFeature
}

/** Receives a feature and its position in the plan; `name` is the reference's, or 'prediction'; `images` is the input of the network. */
export type OnFeature = (name: string, at: number, feature: Tensor | undefined, images: Tensor4D) => void

/** Computes features of images, with masks in the plan's order. */
export type ComputeFeatures = (images: Tensor4D, masks: readonly Tensor4D[]) => FeatureTable

/** How to compute every feature of a side: each once, in one pass of each network. */
export const featureComputer = (
  plan: Plan,
  side: Side | ReferenceSide,
  extractor: AnyExtractor | undefined,
  { range, input, onFeature }: FeatureOptions,
): ComputeFeatures => {
  const name = 'name' in side ? side.name : 'prediction'
  const passes = extractor === undefined ? [] : passesOf(plan, side, extractor)
  const makers = side.computed.map((at) => ({ at, make: maker(plan, at, side) }))
  const unit = toUnit(range)
  const needsUnit = input === 'unit' || side.computed.some((at) => plan.features[at]?._tag === 'Pixels')
  return (images, masks) => {
    const pixels = needsUnit ? unit(images) : images
    const given = input === 'unit' ? pixels : images
    const layers: Tensor[] = []
    for (const { names, taps, places, features } of passes)
      withSecondDerivatives(names, () => features(given, taps, input)).forEach((layer, i) => (layers[places[i] ?? 0] = layer))
    const computed: (Tensor | undefined)[] = []
    for (const { at, make } of makers) {
      computed[at] = make({ pixels, layers, masks }, computed)
      onFeature?.(name, at, computed[at], given)
    }
    const compared: (Tensor | undefined)[] = []
    for (const at of side.compared) compared[at] = computed[at]
    return compared
  }
}

/** The layers of one network on a side. An error about second derivatives names only the terms of that network. */
const passesOf = (plan: Plan, side: Side | ReferenceSide, extractor: AnyExtractor) => {
  const asked = side.taps.flatMap((at, place) => (plan.taps[at] === undefined ? [] : [{ at, place, tap: plan.taps[at] }]))
  const networks = networksOf(extractor)
  const ownerOf = ({ layer }: Tap): AnyExtractor | undefined => networks.find(({ layers }) => layers.includes(layer))
  return [...new Set(asked.map(({ tap }) => ownerOf(tap)))].map((owner) => {
    const own = asked.filter(({ tap }) => ownerOf(tap) === owner)
    const features = side.computed.filter((at) => {
      const feature = plan.features[at]
      return feature?._tag === 'Layer' && own.some((one) => one.at === feature.tap)
    })
    return {
      names: (): readonly string[] => termsThrough(plan, features),
      taps: own.map(({ tap }) => tap),
      places: own.map(({ place }) => place),
      features: extractor.features,
    }
  })
}

/** The inputs of features. */
interface Sources {
  readonly pixels: Tensor
  readonly layers: readonly Tensor[]
  readonly masks: readonly Tensor[]
}

type Maker = (sources: Sources, computed: FeatureTable) => Tensor | undefined

const maker = (plan: Plan, at: number, side: Side): Maker => {
  const feature: PlannedFeature | undefined = plan.features[at]
  if (feature?._tag === 'Layer') {
    const tap = side.taps.indexOf(feature.tap)
    return ({ layers }) => layers[tap]
  }
  if (feature?._tag === 'Transformed') {
    const { of, by } = feature
    const apply = by.apply
    const names = (): readonly string[] => termsThrough(plan, [at])
    const mask = by.mask === undefined ? -1 : plan.masks.indexOf(by.mask)
    return ({ masks }, computed) => {
      const input = computed[of]
      return input === undefined ? undefined : withSecondDerivatives(names, () => apply(input, masks[mask]))
    }
  }
  return ({ pixels }) => pixels
}
