/** Computes the features of one side of a plan: one pass of each network over each view, each feature once. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { type Input, type AnyExtractor, networksOf } from '../language/extractor.js'
import { tapOf, termsThrough, type Plan, type PlannedFeature, type ReferenceSide, type Side } from '../plan/plan.js'
import { withSecondDerivatives } from '../tensors/secondDerivatives.js'
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

/** How to compute every feature of a side: each once, in one pass of each network over each view. */
export const featureComputer = (
  plan: Plan,
  side: Side | ReferenceSide,
  extractor: AnyExtractor | undefined,
  { range, input, onFeature }: FeatureOptions,
): ComputeFeatures => {
  const name = 'name' in side ? side.name : 'prediction'
  const passes = new Map((extractor === undefined ? [] : passesOf(plan, side, extractor, input)).map((pass) => [pass.layers[0], pass]))
  const makers = side.computed.map((at) => ({ at, make: maker(plan, at) }))
  const unit = toUnit(range)
  const needsUnit = input === 'unit' || side.computed.some((at) => plan.features[at]?._tag === 'Pixels')
  return (images, masks) => {
    const pixels = needsUnit ? unit(images) : images
    const given = input === 'unit' ? pixels : images
    const layers: Tensor[] = []
    const computed: (Tensor | undefined)[] = []
    for (const { at, make } of makers) {
      passes.get(at)?.run(given, computed, layers)
      computed[at] = make({ pixels, layers, masks }, computed)
      onFeature?.(name, at, computed[at], given)
    }
    const compared: (Tensor | undefined)[] = []
    for (const at of side.compared) compared[at] = computed[at]
    return compared
  }
}

/** One pass of a network over a view: the layers that it computes, as positions in the plan. */
interface Pass {
  readonly layers: readonly number[]
  readonly run: (images: Tensor4D, computed: FeatureTable, layers: Tensor[]) => void
}

/** The passes of a side, one for each network and view. An error about second derivatives names only the terms of that pass. */
const passesOf = (plan: Plan, side: Side | ReferenceSide, extractor: AnyExtractor, input: Input): readonly Pass[] => {
  const networks = networksOf(extractor)
  const ownerOf = (at: number): AnyExtractor | undefined => networks.find(({ layers }) => layers.some((layer) => layer === tapOf(plan, at)?.layer))
  return side.views.flatMap(({ of, layers }) =>
    [...new Set(layers.map(ownerOf))].map((owner): Pass => {
      const own = layers.filter((at) => ownerOf(at) === owner)
      const taps = own.flatMap((at) => tapOf(plan, at) ?? [])
      const names = (): readonly string[] => termsThrough(plan, own)
      return {
        layers: own,
        run: (images, computed, found) => {
          const view = of === undefined ? images : inRgb(computed[of] as Tensor4D)
          withSecondDerivatives(names, () => extractor.features(view, taps, input)).forEach((layer, i) => (found[own[i] ?? 0] = layer))
        },
      }
    }),
  )
}

/** A grey picture, [batch, height, width, 1], in the three channels that networks take. */
const inRgb = (picture: Tensor4D): Tensor4D => (picture.shape[3] === 1 ? tf.tile(picture, [1, 1, 1, 3]) : picture)

/** The inputs of features. */
interface Sources {
  readonly pixels: Tensor
  /** The layers, by their position in the plan. */
  readonly layers: readonly Tensor[]
  readonly masks: readonly Tensor[]
}

type Maker = (sources: Sources, computed: FeatureTable) => Tensor | undefined

const maker = (plan: Plan, at: number): Maker => {
  const feature: PlannedFeature | undefined = plan.features[at]
  if (feature?._tag === 'Layer') return ({ layers }) => layers[at]
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
