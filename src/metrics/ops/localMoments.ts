/**
 * Means and standard deviations within neighbourhoods of growing size, and how far those of two features are apart.
 *
 * One node on the tape that keeps nothing but the features: the gradient computes the levels again, for at 256 x 256 the levels of sixteen features of VGG16 do not fit into WASM's memory.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../../core/tensors/addAll.js'
import { binomialMean, binomialVariance, binomialVarianceSlope } from '../../core/tensors/binomial.js'
import { stopGradient } from '../../core/tensors/engine.js'
import { amongZeros, everySecond } from '../../core/tensors/everySecond.js'
import { perSampleMean } from '../../core/tensors/perSample.js'
import { symmetric } from './symmetric.js'

/** Variances below this count as this: the deviation's slope stays finite. */
const SMALLEST = 1e-8

/** The mean and the variance within the neighbourhood of each position; no variance is zero. */
interface Moments {
  readonly mean: Tensor4D
  readonly variance: Tensor4D | undefined
}

/** Moments of a level, and what they are made of. */
interface Level {
  /** Every second position of the level before. */
  readonly from: Moments
  /** Along the width; the level itself is along the height, too. */
  readonly across: Moments
  readonly mean: Tensor4D
  readonly variance: Tensor4D
}

/** The moments of neighbourhoods along an axis: the variance of the means joins the mean of the variances. */
const along = ({ mean, variance }: Moments, axis: 1 | 2): Moments & { readonly variance: Tensor4D } => {
  const between = binomialVariance(mean, axis)
  return { mean: binomialMean(mean, axis), variance: variance === undefined ? between : tf.add<Tensor4D>(binomialMean(variance, axis), between) }
}

/** The levels of a feature down to the deepest, each of neighbourhoods of 3 x 3 positions of the one before. */
const levelsOf = (feature: Tensor4D, deepest: number): readonly Level[] => {
  const levels: Level[] = []
  for (let i = 0; i < deepest; i++) {
    const before = levels.at(-1)
    const from = before === undefined ? { mean: feature, variance: undefined } : { mean: everySecond(before.mean), variance: everySecond(before.variance) }
    const across = along(from, 2)
    levels.push({ from, across, ...along(across, 1) })
  }
  return levels
}

const deviation = (variance: Tensor4D): Tensor4D => tf.sqrt(tf.maximum<Tensor4D>(variance, SMALLEST))

/** Each level's squared differences of means plus those of deviations, weighted by its map: the mean over positions and channels, added up. */
const valueOf = (x: Tensor4D, y: Tensor4D, weights: readonly Tensor4D[]): Tensor1D => {
  const [one, other] = [levelsOf(x, weights.length - 1), levelsOf(y, weights.length - 1)]
  const ofLevel = (differences: Tensor, i: number): Tensor1D => perSampleMean(tf.mul(tf.mean(differences, 3, true), weights[i] ?? 0))
  const deeper = one.map(({ mean, variance }, i) => {
    const { mean: otherMean, variance: otherVariance } = other[i] ?? { mean, variance }
    return ofLevel(tf.add(tf.squaredDifference(mean, otherMean), tf.squaredDifference(deviation(variance), deviation(otherVariance))), i + 1)
  })
  return addAll([ofLevel(tf.squaredDifference(x, y), 0), ...deeper])
}

/** The slopes in the mean and in the variance. */
interface Slopes {
  readonly mean: Tensor4D
  readonly variance: Tensor4D | undefined
}

/** The slopes before an axis from those after it. */
const backAlong = ({ mean, variance }: Slopes, from: Moments, axis: 1 | 2): Slopes => {
  const direct = binomialMean(mean, axis)
  if (variance === undefined) return { mean: direct, variance }
  return {
    mean: tf.add(direct, binomialVarianceSlope(variance, from.mean, axis)),
    variance: from.variance === undefined ? undefined : binomialMean(variance, axis),
  }
}

const plus = (own: Tensor4D, deeper: Tensor4D | undefined): Tensor4D =>
  deeper === undefined ? own : tf.add(own, amongZeros(deeper, own.shape[1], own.shape[2]))

/** The gradient in y, from the deepest level up. */
const gradientOf = (dy: Tensor, x: Tensor4D, y: Tensor4D, weights: readonly Tensor4D[]): Tensor4D => {
  const [one, other] = [levelsOf(x, weights.length - 1), levelsOf(y, weights.length - 1)]
  const share = (of: Tensor4D, i: number): Tensor => {
    const [, height, width, channels] = of.shape
    return tf.mul(weights[i] ?? 0, tf.reshape(tf.div(dy, height * width * channels), [-1, 1, 1, 1]))
  }
  let deeper: Slopes | undefined
  for (let i = other.length - 1; i >= 0; i--) {
    const [ours, theirs] = [other[i], one[i]]
    if (ours === undefined || theirs === undefined) break
    const each = share(ours.mean, i + 1)
    const ofMean = tf.mul<Tensor4D>(tf.mul(each, 2), tf.sub(ours.mean, theirs.mean))
    const isAbove = stopGradient(() => tf.cast(tf.greaterEqual(ours.variance, SMALLEST), 'float32'))
    // (s - s')² has the slope 1 - s' / s in s².
    const ofVariance = tf.mul<Tensor4D>(each, tf.mul(isAbove, tf.sub(1, tf.div(deviation(theirs.variance), deviation(ours.variance)))))
    const slopes = { mean: plus(ofMean, deeper?.mean), variance: plus(ofVariance, deeper?.variance) }
    deeper = backAlong(backAlong(slopes, ours.across, 1), ours.from, 2)
  }
  const own = tf.mul<Tensor4D>(tf.mul(share(y, 0), 2), tf.sub(y, x))
  return deeper === undefined ? own : tf.add(own, deeper.mean)
}

/** The distance of local moments of two features: [batch]; `weights` has a map for the feature itself and for each level. */
export const distanceOfMoments = (reference: Tensor4D, prediction: Tensor4D, weights: readonly Tensor4D[]): Tensor1D =>
  symmetric<Tensor1D>(reference, prediction, (x, y) => ({
    value: tf.tidy(() => valueOf(x as Tensor4D, y as Tensor4D, weights)),
    saved: [x, y, ...weights],
    gradient: (dy, [one = x, other = y, ...maps]) => tf.tidy(() => gradientOf(dy, one as Tensor4D, other as Tensor4D, maps as Tensor4D[])),
  }))
