/**
 * How references are looked at: pixels and frozen networks with the tape off, and once is enough where a reference stays; a network in training with the tape on,
 * at each step, so that its variables get their gradient.
 *
 * Law: the references themselves get no gradient.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { networksOf, type AnyExtractor } from '../language/extractor.js'
import type { Plan, ReferenceSide } from '../plan/plan.js'
import { withoutTape } from '../tensors/engine.js'
import { featureComputer, type FeatureTable, type FeatureOptions } from './features.js'

/** Two halves of one look. What `start` gives may be kept; `finish` is for each step. */
export interface ReferenceFeatures {
  /** What does not change while the references stay: a table a reference, then the references themselves where a live network needs them again. */
  readonly start: (references: readonly Tensor4D[], masks: readonly Tensor4D[]) => readonly FeatureTable[]
  /** The whole tables, one a reference. */
  readonly finish: (started: readonly FeatureTable[], masks: readonly Tensor4D[]) => readonly FeatureTable[]
}

/** The two halves for a plan over an extractor. */
export const referenceFeatures = (plan: Plan, extractor: AnyExtractor | undefined, viewing: FeatureOptions): ReferenceFeatures => {
  const isLive = liveFeature(plan, extractor)
  const look = (chosen: (at: number) => boolean) => plan.references.map((side) => featureComputer(plan, partOf(plan, side, chosen), extractor, viewing))
  const fixed = look((at) => !isLive(at))
  const count = plan.references.length
  if (!plan.features.some((_, at) => isLive(at)))
    return { start: (references, masks) => withoutTape(() => references.map((images, i) => fixed[i]?.(images, masks) ?? [])), finish: (started) => started }
  const live = look(isLive)
  return {
    start: (references, masks) =>
      withoutTape(() => [...references.map((images, i) => fixed[i]?.(images, masks) ?? []), ...references.map((images) => [images])]),
    finish: (started, masks) =>
      started.slice(0, count).map((seen, i) => {
        const anew = live[i]?.(started[count + i]?.[0] as Tensor4D, masks) ?? []
        return plan.features.map((_, at) => seen[at] ?? anew[at])
      }),
  }
}

/** Whether a feature, by its position, is seen by a network in training. */
const liveFeature = (plan: Plan, extractor: AnyExtractor | undefined): ((at: number) => boolean) => {
  const live = (extractor === undefined ? [] : networksOf(extractor)).filter((network) => network.live)
  const isLive = (at: number): boolean => {
    const feature = plan.features[at]
    if (feature?._tag === 'Transformed') return isLive(feature.of)
    const layer = feature?._tag === 'Layer' ? plan.taps[feature.tap]?.layer : undefined
    return layer !== undefined && live.some(({ layers }) => layers.includes(layer))
  }
  return isLive
}

/** A side with some of its features only. */
const partOf = (plan: Plan, { name, compared, computed }: ReferenceSide, chosen: (at: number) => boolean): ReferenceSide => ({
  name,
  compared: compared.filter(chosen),
  computed: computed.filter(chosen),
  taps: computed.filter(chosen).flatMap((at) => {
    const feature = plan.features[at]
    return feature?._tag === 'Layer' ? [feature.tap] : []
  }),
})
