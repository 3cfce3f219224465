/**
 * The value of a loss for pictures that differ in a few boxes only, from the changed positions: all others add zero.
 *
 * Law: the value is that of the whole pictures up to rounding.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../tensors/addAll.js'
import type { Shape } from '../errors/shape.js'
import { boxHull, overlap, type Box } from '../language/box.js'
import type { AnyExtractor, ChangedFeature, ChangedFeatures } from '../language/extractor.js'
import type { Aggregation } from '../language/tilingRule.js'
import type { Plan } from '../plan/plan.js'
import { onBackend } from '../tensors/backend.js'
import { withoutTape } from '../tensors/engine.js'

/** The value of one region of change. */
export interface ChangedPart {
  /** Where the pictures differ. */
  readonly changed: Box
  /** The part of the reference that the value depends on. */
  readonly around: Box
  /** The operations as a fraction of those for whole pictures. */
  readonly cost: number
  /** What the region adds to the value, from the reference's part `around` and the prediction's part `changed`, both [1, height, width, 3] in [0, 1]: [1]. */
  readonly value: (reference: Tensor4D, prediction: Tensor4D) => Tensor1D
}

/** The regions of pictures of this shape that differ in these boxes only; undefined where the network cannot compute parts of them. */
export type ChangedParts = (images: Shape, boxes: readonly Box[]) => readonly ChangedPart[] | undefined

/** One term: from a tap of the plan or from pixels, transformed position by position. */
interface PointwiseTerm {
  readonly tap: number | undefined
  readonly weight: number
  readonly adds: Aggregation
  readonly value: (reference: Tensor, prediction: Tensor) => Tensor1D
}

/** How to compute a plan's value from changed positions; undefined if a term is not zero where nothing changed, or compares more than single positions. */
export const changedParts = (plan: Plan, extractor: AnyExtractor | undefined): ChangedParts | undefined => {
  const terms = plan.terms.map((_, i) => pointwiseTerm(plan, i)).filter((term) => term !== undefined)
  if (terms.length < plan.terms.length || plan.references.length !== 1) return undefined
  return (images, boxes) => {
    const make = (changed: Box): ChangedPart | undefined => partOf(plan, terms, extractor, images, changed)
    return separated(boxes, make)
  }
}

const pointwiseTerm = (plan: Plan, at: number): PointwiseTerm | undefined => {
  const term = plan.terms[at]
  if (term?.by._tag !== 'Compare') return undefined
  const { laws, tiling, apply } = term.by.metric
  if (!laws.zeroOnIdentity || (tiling !== 'mean' && tiling !== 'sum')) return undefined
  const feature = pointwiseFeature(plan, term.feature)
  if (feature === undefined) return undefined
  const { tap, transform } = feature
  return { tap, weight: term.weight, adds: tiling, value: (reference, prediction) => apply(transform(reference), transform(prediction)) }
}

const pointwiseFeature = (plan: Plan, at: number): { readonly tap: number | undefined; readonly transform: (x: Tensor) => Tensor } | undefined => {
  const feature = plan.features[at]
  if (feature?._tag === 'Layer') return feature.of === undefined ? { tap: feature.tap, transform: (x) => x } : undefined
  if (feature?._tag !== 'Transformed') return { tap: undefined, transform: (x) => x }
  const { apply, mask, tiling } = feature.by
  if (mask !== undefined || typeof tiling !== 'object' || !('reach' in tiling) || tiling.reach > 0) return undefined
  const of = pointwiseFeature(plan, feature.of)
  return of === undefined ? undefined : { tap: of.tap, transform: (x) => apply(of.transform(x)) }
}

const partOf = (plan: Plan, terms: readonly PointwiseTerm[], extractor: AnyExtractor | undefined, images: Shape, changed: Box): ChangedPart | undefined => {
  const [network, shapes] = [networkOf(plan, extractor, images, changed), shapesOf(plan, extractor, images)]
  if (network === undefined || shapes === undefined) return undefined
  const around = boxHull(network.around, changed)
  const value = (reference: Tensor4D, prediction: Tensor4D): Tensor1D => {
    const layers = network.features(cropped(reference, around, network.around), prediction, 'unit')
    const pixels: ChangedFeature = { reference: cropped(reference, around, changed), prediction }
    const values = terms.flatMap(({ tap, weight, adds, value: compare }) => {
      const part = tap === undefined ? pixels : layers[tap]
      if (part === undefined) return []
      const share = adds === 'sum' ? 1 : positions(part.prediction.shape) / positions((tap === undefined ? images : shapes[tap]) ?? images)
      return [tf.mul<Tensor1D>(compare(part.reference, part.prediction), weight * share)]
    })
    return values.length === 0 ? tf.zeros<tf.Rank.R1>([1]) : addAll(values)
  }
  return { changed, around, cost: network.cost, value: (reference, prediction) => onBackend(() => withoutTape(() => value(reference, prediction))) }
}

/** The network's part; a loss of pixels has an empty one. */
const networkOf = (plan: Plan, extractor: AnyExtractor | undefined, images: Shape, changed: Box): ChangedFeatures | undefined =>
  plan.taps.length === 0 ? { around: changed, cost: 0, features: () => [] } : extractor?.changedFeatures?.(images, changed, plan.taps)

const shapesOf = (plan: Plan, extractor: AnyExtractor | undefined, images: Shape): readonly Shape[] | undefined => {
  const shapes = plan.taps.map((tap) => extractor?.shapeOf(images, tap)).filter((shape): shape is Shape => Array.isArray(shape))
  return shapes.length < plan.taps.length ? undefined : shapes
}

const positions = ([, height = 1, width = 1]: Shape): number => height * width

const cropped = (x: Tensor4D, whole: Box, { rows, columns }: Box): Tensor4D =>
  tf.slice(x, [0, rows[0] - whole.rows[0], columns[0] - whole.columns[0], 0], [-1, rows[1] - rows[0], columns[1] - columns[0], -1])

/** One part per box; boxes where one is in what another's value depends on are merged. */
const separated = (boxes: readonly Box[], make: (box: Box) => ChangedPart | undefined): readonly ChangedPart[] | undefined => {
  const parts: ChangedPart[] = []
  const waiting = [...boxes]
  for (let box = waiting.pop(); box !== undefined; box = waiting.pop()) {
    const part = make(box)
    if (part === undefined) return undefined
    const near = parts.findIndex((other) => overlap(other.around, part.changed) || overlap(part.around, other.changed))
    const [other] = near === -1 ? [] : parts.splice(near, 1)
    if (other === undefined) parts.push(part)
    else waiting.push(boxHull(other.changed, part.changed))
  }
  return parts
}
