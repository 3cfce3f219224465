/**
 * The features of references: of pixels and frozen networks with the tape off, once per fixed reference; of a network in training with the tape on, at each step, so that its
 * variables get their gradient.
 *
 * Law: the references themselves get no gradient.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { networksOf, type AnyExtractor } from '../language/extractor.js'
import { sideOf, tapOf, type Plan, type ReferenceSide } from '../plan/plan.js'
import { featureComputer, type FeatureOptions, type FeatureTable } from './features.js'
import type { References } from './references.js'

/** The features of references in two parts. */
export interface ReferenceFeatures {
  /** Those that stay the same while the references do: one table per reference. */
  readonly constant: (images: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly FeatureTable[]
  /** All of them: the constant ones, and those of networks in training. */
  readonly all: (references: References) => readonly FeatureTable[]
}

/** How to compute the features of a plan's references over an extractor. */
export const referenceFeatures = (plan: Plan, extractor: AnyExtractor | undefined, options: FeatureOptions): ReferenceFeatures => {
  const isLive = liveFeature(plan, extractor)
  const compute = (chosen: (at: number) => boolean): ReferenceFeatures['constant'] => {
    const sides = plan.references.map((side) => featureComputer(plan, partOf(plan, side, chosen), extractor, options))
    return (images, masks) => images.map((image, i) => sides[i]?.(image, masks) ?? [])
  }
  const constant = compute((at) => !isLive(at))
  if (!plan.features.some((_, at) => isLive(at))) return { constant, all: ({ features }) => features }
  const live = compute(isLive)
  return {
    constant,
    all: ({ images, masks, features }) => live(images, masks).map((now, i) => plan.features.map((_, at) => features[i]?.[at] ?? now[at])),
  }
}

/** Whether a feature, by its position, comes from a network in training. */
const liveFeature = (plan: Plan, extractor: AnyExtractor | undefined): ((at: number) => boolean) => {
  const live = (extractor === undefined ? [] : networksOf(extractor)).filter((network) => network.live)
  const isLive = (at: number): boolean => {
    const feature = plan.features[at]
    if (feature?._tag === 'Transformed') return isLive(feature.of)
    const layer = tapOf(plan, at)?.layer
    return layer !== undefined && live.some(({ layers }) => layers.includes(layer))
  }
  return isLive
}

/** A side with some of its features only, and their inputs. */
const partOf = (plan: Plan, { name, compared }: ReferenceSide, chosen: (at: number) => boolean): ReferenceSide => ({
  name,
  ...sideOf(plan.features, compared.filter(chosen)),
})
