/**
 * When two values of the language are equal.
 *
 * Equal losses have the same structure and the same definitions with equal options; names count. `eqLoss` is an equivalence; equal losses compile to equal
 * functions.
 */
import { pixels, type AnyFeature, type Tap } from './feature.js'
import { featuresOf, type AnyLoss, type Leaf } from './loss.js'
import type { AppliedTransform, AppliedMetric, AppliedRegularizer } from './definition.js'

type Applied = AppliedMetric | AppliedRegularizer | AppliedTransform

/** Whether two metrics, regularizers or transforms have the same definition and equal options. */
export const sameApplied = (a: Applied, b: Applied): boolean => a.definition === b.definition && a.key === b.key

/** Whether two taps are the same place in the same variant of a network. */
export const sameTap = (a: Tap, b: Tap): boolean => a.layer === b.layer && a.activation === b.activation && a.pooling === b.pooling

/** Whether two features are equal. */
export const sameFeature = (a: AnyFeature, b: AnyFeature): boolean => {
  if (a === b) return true
  if (a._tag === 'Layer' && b._tag === 'Layer') return sameTap(a.tap, b.tap) && sameFeature(a.of ?? pixels, b.of ?? pixels)
  if (a._tag === 'Transformed' && b._tag === 'Transformed') return sameApplied(a.by, b.by) && sameFeature(a.of, b.of)
  return a._tag === 'Pixels' && b._tag === 'Pixels'
}

const sameFeatures = (a: Leaf<string, string>, b: Leaf<string, string>): boolean => {
  const [ours, theirs] = [featuresOf(a), featuresOf(b)]
  return (
    ours.length === theirs.length &&
    ours.every((feature, i) => {
      const other = theirs[i]
      return other !== undefined && sameFeature(feature, other)
    })
  )
}

/** Whether two losses are the same value. */
export const sameLoss = (a: AnyLoss, b: AnyLoss): boolean => {
  if (a === b) return true
  if (a._tag === 'Compare' && b._tag === 'Compare') return a.reference === b.reference && sameApplied(a.metric, b.metric) && sameFeatures(a, b)
  if (a._tag === 'Regularize' && b._tag === 'Regularize') return sameApplied(a.regularizer, b.regularizer) && sameFeature(a.feature, b.feature)
  if (a._tag === 'Weighted' && b._tag === 'Weighted') return a.weight === b.weight && sameLoss(a.loss, b.loss)
  if (a._tag === 'Named' && b._tag === 'Named') return a.name === b.name && sameLoss(a.loss, b.loss)
  if (a._tag === 'Sum' && b._tag === 'Sum')
    return (
      a.losses.length === b.losses.length &&
      a.losses.every((part, i) => {
        const other = b.losses[i]
        return other !== undefined && sameLoss(part, other)
      })
    )
  return false
}
