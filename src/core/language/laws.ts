/**
 * The laws that a loss obeys, inferred from its parts.
 *
 * Equal leaves are merged first, so `sum(mse(pixels), weighted(-1, mse(pixels)))` is known to be zero. The laws speak of f(reference, prediction) with the
 * same image for every reference, over all finite inputs:
 *
 * - symmetric: f(a, b) = f(b, a)
 * - zeroOnIdentity: f(a, a) = 0
 * - triangle: f(a, b) <= f(a, c) + f(c, b)
 * - nonNegative: f(a, b) >= 0; bounded: |f(a, b)| never exceeds some number (both from `range`, an interval that holds every value)
 * - smooth: f has a continuous gradient in the prediction everywhere
 */
import { foldFeature } from './fold.js'
import type { AnyFeature } from './feature.js'
import { featuresOf, type AnyLoss, type Leaf } from './loss.js'
import { mergedTerms, type Term } from './terms.js'
import type { Interval } from './definition.js'

/** The laws of one loss. */
export interface Laws {
  readonly symmetric: boolean
  readonly zeroOnIdentity: boolean
  readonly triangle: boolean
  readonly nonNegative: boolean
  readonly bounded: boolean
  readonly smooth: boolean
  /** An interval that contains every value. */
  readonly range: Interval
}

/** The names of the laws. */
export type LawName = Exclude<keyof Laws, 'range'>

/**
 * Returns the laws that a loss obeys: symmetry, zero on identity, the triangle inequality, its range and smoothness.
 *
 * @example laws(sum(mse(pixels), weighted(0.1, totalVariation(pixels)))) // { symmetric: false, zeroOnIdentity: false, triangle: false, nonNegative: true, ...
 */
export const laws = (loss: AnyLoss): Laws => {
  const present = mergedTerms(loss).filter(({ weight }) => weight !== 0)
  const range = present.map(rangeOf).reduce<Interval>(([a, b], [c, d]) => interval(a + c, b + d), [0, 0])
  return {
    symmetric: present.every(({ leaf }) => leaf._tag === 'Compare' && leaf.metric.laws.symmetric),
    zeroOnIdentity: present.every(({ leaf }) => leaf._tag === 'Compare' && leaf.metric.laws.zeroOnIdentity),
    triangle: present.every((term) => term.weight > 0 && obeysTriangle(term)),
    nonNegative: range[0] >= 0,
    bounded: Number.isFinite(range[0]) && Number.isFinite(range[1]),
    smooth: present.every(({ leaf }) => lawsOf(leaf).smooth && featuresOf(leaf).every(smoothFeature)),
    range,
  }
}

const lawsOf = (leaf: Leaf<string, string>) => (leaf._tag === 'Compare' ? leaf.metric.laws : leaf.regularizer.laws)

/** For a regularizer r, r(b) <= r(c) + r(b) says that it is never negative. */
const obeysTriangle = (term: Term): boolean => (term.leaf._tag === 'Compare' ? term.leaf.metric.laws.triangle === true : rangeOf(term)[0] >= 0)

const rangeOf = ({ leaf, weight }: Term): Interval => {
  const { range } = lawsOf(leaf)
  const [min, max] = typeof range === 'function' ? range(Math.max(...featuresOf(leaf).map(boundOf))) : range
  return weight > 0 ? interval(weight * min, weight * max) : interval(weight * max, weight * min)
}

/** An interval that is unbounded on the side that a definition leaves unknown (NaN). */
const interval = (min: number, max: number): Interval => [Number.isNaN(min) ? -Infinity : min, Number.isNaN(max) ? Infinity : max]

/** The largest absolute value that an element of a feature can have, over all finite images. */
const boundOf: (feature: AnyFeature) => number = foldFeature<number>({
  pixels: () => Infinity,
  layer: () => Infinity,
  transformed: (of, { by }) => {
    const bound = by.bound(of)
    return Number.isNaN(bound) ? Infinity : bound
  },
})

/** A network's ReLU and max pooling have kinks. */
const smoothFeature: (feature: AnyFeature) => boolean = foldFeature<boolean>({
  pixels: () => true,
  layer: () => false,
  transformed: (of, { by }) => of && by.smooth,
})
