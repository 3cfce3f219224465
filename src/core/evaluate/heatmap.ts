/**
 * Heat maps of where a loss arises: one number per pixel, whose mean is the sample's value.
 *
 * A metric with a `map` returns it at its feature's size; it is enlarged to the picture and weighted like its term. The other terms are distributed over the
 * pixels by their gradient: those of one reference together, like |gradient * difference| summed over colours (like |gradient| if there is no difference of
 * pixels: for regularizers, and references of another size).
 *
 * Laws: equal pixels have heat 0 (by a metric that is zero on identity); terms add up; weights scale.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { referencePosition, type Plan, type PlannedTerm } from '../plan/plan.js'
import { perSampleMean } from '../tensors/perSample.js'
import type { ComputeFeatures, FeatureTable } from './features.js'
import { comparedPair, type TermValue } from './termValue.js'
import type { References } from './references.js'

/** The map of one term: [batch, height, width, 1] at its feature's size, unweighted; undefined where it has none. */
type TermMap = (references: readonly FeatureTable[], prediction: FeatureTable, batch: number) => Tensor4D | undefined

/** The heat map of a plan at the size of the images; `references` has all features of the references. */
export const heatmapOf = (plan: Plan, references: References, images: Tensor4D, features: ComputeFeatures, values: readonly TermValue[]): Tensor4D => {
  const [batch, height, width] = images.shape
  const weightOf = (i: number): number => plan.terms[i]?.weight ?? 1
  const predicted = features(images, references.masks)
  const found = plan.terms.map((term) => termMap(plan, term)(references.features, predicted, batch))
  const mapped = found.flatMap((map, i) => (map === undefined ? [] : [enlarged(tf.mul(map, weightOf(i)), height, width)]))
  const others = plan.terms.flatMap((_, i) => (found[i] === undefined ? [i] : []))
  const spread = byReference(plan, others).map(({ reference, terms }) => {
    const total = (prediction: FeatureTable): Tensor1D =>
      added(
        terms.map((i) =>
          tf.mul<Tensor1D>(values[i]?.(references.features, prediction, { shape: images.shape, masks: references.masks }) ?? tf.zeros([batch]), weightOf(i)),
        ),
      )
    const gradient = tf.grad((x) => tf.sum(total(features(x as Tensor4D, references.masks))))(images)
    return spreadOver(total(predicted), shareOf(gradient, images, references.images[reference]))
  })
  return [...mapped, ...spread].reduce<Tensor4D>((sum, heat) => tf.add(sum, heat), tf.zeros([batch, height, width, 1]))
}

const termMap = (plan: Plan, term: PlannedTerm): TermMap => {
  const map = term.by._tag === 'Compare' ? term.by.metric.map : undefined
  if (term.by._tag === 'Regularize' || map === undefined) return () => undefined
  const pair = comparedPair(plan, term, term.by.reference)
  return (references, prediction, batch) => {
    const [reference, input] = pair(references, prediction, batch)
    return input.shape.length === 4 ? (map(reference, input) as Tensor4D) : undefined
  }
}

/** Like torch's `interpolate(mode='bilinear', align_corners=False)`. */
const enlarged = (map: Tensor4D, height: number, width: number): Tensor4D =>
  map.shape[1] === height && map.shape[2] === width ? map : tf.image.resizeBilinear(map, [height, width], false, true)

/** Terms, by positions in the plan, that compare with the same reference; regularizers have -1. */
const byReference = (plan: Plan, terms: readonly number[]): readonly { readonly reference: number; readonly terms: readonly number[] }[] => {
  const groups = new Map<number, number[]>()
  for (const i of terms) {
    const by = plan.terms[i]?.by
    const reference = by?._tag === 'Compare' ? referencePosition(plan, by.reference) : -1
    const group = groups.get(reference)
    if (group === undefined) groups.set(reference, [i])
    else group.push(i)
  }
  return [...groups].map(([reference, alike]) => ({ reference, terms: alike }))
}

const added = ([first, ...rest]: readonly Tensor1D[]): Tensor1D => rest.reduce((sum, value) => tf.add<Tensor1D>(sum, value), first ?? tf.zeros([0]))

/** The share of each pixel in the value, up to a factor: [batch, height, width, 1]. */
const shareOf = (gradient: Tensor, images: Tensor4D, reference: Tensor4D | undefined): Tensor => {
  const sameSize = reference?.shape[1] === images.shape[1] && reference.shape[2] === images.shape[2]
  return tf.sum(tf.abs(sameSize ? tf.mul(gradient, tf.sub(images, reference)) : gradient), 3, true)
}

/** Distributes the values [batch] over the pixels in proportion to the shares; evenly if all are 0. */
const spreadOver = (values: Tensor1D, shares: Tensor): Tensor => {
  const means = tf.reshape(perSampleMean(shares), [-1, 1, 1, 1])
  const none = tf.cast(tf.equal(means, 0), 'float32')
  return tf.mul(tf.reshape(values, [-1, 1, 1, 1]), tf.add(tf.div(shares, tf.add(means, none)), none))
}
