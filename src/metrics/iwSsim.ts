import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { addAll } from '../core/tensors/addAll.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { blur, gaussianWindow, type Window } from '../core/tensors/gaussianWindow.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { centred } from './ops/centred.js'
import { either } from './ops/chroma.js'
import { everySecond } from '../core/tensors/everySecond.js'
import { informationContent, neighbourhoodsOf, type Level } from './ops/informationContent.js'
import { interleaved } from './ops/interleaved.js'
import { magnitude } from './ops/magnitude.js'
import { reflected } from './ops/reflected.js'
import { scaleWeights } from './ops/scaleWeights.js'

/** Options of `iwSsim`. */
export interface IwSsimOptions {
  /**
   * The exponents of 2 to 12 scales, fine to coarse, which are divided by their sum; default [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]. Fewer scales allow smaller pictures. One
   * exponent compares the finest details alone.
   */
  readonly weights: readonly number[]
}

/** Those of MS-SSIM. */
const PUBLISHED: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

/** The window of SSIM, and its constants for values in 0 .. 255. */
const WINDOW = gaussianWindow(11, 1.5)
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]

/** A binomial window of the pyramid, times the root of 2. */
const BINOMIAL: Window = [1, 4, 6, 4, 1].map((value) => (value * Math.SQRT2) / 16)

/** What lies around the inner positions where both the window and a neighbourhood fit. */
const MARGIN = 4

/** One step of the Laplacian pyramid: the details of a picture, and the picture at half its size. */
const step = (picture: Tensor4D): { readonly level: Level; readonly half: Tensor4D } => {
  const half = everySecond(blur(reflected(picture, 2, 2), BINOMIAL))
  const [, height, width] = picture.shape
  const back = blur(reflected(interleaved(half), 2, 2), BINOMIAL)
  return { level: { picture, details: tf.sub(picture, tf.slice(back, [0, 0, 0, 0], [-1, height, width, -1])) }, half }
}

/** The details of all scales but the coarsest, where the picture itself takes their place. */
const pyramid = (x: Tensor4D, scales: number): readonly Level[] => {
  const levels: Level[] = []
  let rest = x
  for (let scale = 0; scale < Math.max(1, scales - 1); scale++) {
    const { level, half } = step(rest)
    levels.push(level)
    rest = half
  }
  return scales === 1 ? levels : [...levels, { picture: rest, details: rest }]
}

/** The similarity of each window, and 1 less it: each has all its digits where it is small. */
interface Comparison {
  readonly similarity: Tensor4D
  readonly distance: Tensor4D
}

/** Contrast and structure. */
const contrastOf = (x: Tensor4D, y: Tensor4D): Comparison => {
  const [mx, my] = [blur(x, WINDOW), blur(y, WINDOW)]
  const variance = (of: Tensor4D, mean: Tensor4D): Tensor4D => tf.relu(tf.sub<Tensor4D>(blur(tf.square<Tensor4D>(of), WINDOW), tf.square(mean)))
  const covariance = tf.sub<Tensor4D>(blur(tf.mul(x, y), WINDOW), tf.mul(mx, my))
  const divisor = tf.add<Tensor4D>(tf.add(variance(x, mx), variance(y, my)), C2)
  return { similarity: tf.div(tf.add(tf.mul(covariance, 2), C2), divisor), distance: tf.div(variance(tf.sub(x, y), tf.sub(mx, my)), divisor) }
}

/** SSIM: luminance times contrast and structure, whose variances keep their digits without the pictures' means. */
const ssimOf = (x: Tensor4D, y: Tensor4D): Comparison => {
  const { similarity, distance } = contrastOf(centred(x), centred(y))
  const [mx, my] = [blur(x, WINDOW), blur(y, WINDOW)]
  const squares = tf.add(tf.add(tf.square(mx), tf.square(my)), C1)
  const bright = tf.div(tf.add(tf.mul(tf.mul(mx, my), 2), C1), squares)
  return { similarity: tf.mul(bright, similarity), distance: either(tf.div(tf.squaredDifference(mx, my), squares), distance) as Tensor4D }
}

const inner = (x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  return tf.slice(x, [0, MARGIN, MARGIN, 0], [-1, height - 2 * MARGIN, width - 2 * MARGIN, -1])
}

/** Similarities smaller than this count as this, so that their powers have slopes. */
const LEAST = 1e-12

/** The mean with weights: [batch]; 0 where no position has any. */
const weightedMean = (x: Tensor4D, weight: Tensor4D): Tensor1D => tf.div(perSampleSum(tf.mul(x, weight)), tf.add(perSampleSum(weight), 1e-12))

/** The size of the mean similarity of each scale, weighted by information at all but the coarsest: [batch] each. */
const similarities = (x: readonly Level[], y: readonly Level[]): readonly Tensor1D[] => {
  const details = x.slice(0, -1).map((level) => level.details)
  const parents = details.length === 0 ? [] : neighbourhoodsOf(details.map((of, i) => ({ of, parent: details[i + 1] })))
  return x.map((reference, i) => {
    const [prediction, known] = [y[i] ?? reference, parents[i]]
    const { similarity, distance } = (known === undefined ? ssimOf : contrastOf)(reference.details, prediction.details)
    const weight = known === undefined ? tf.onesLike(distance) : inner(informationContent(reference, prediction, known))
    const [alike, away] = [magnitude(weightedMean(similarity, weight)), weightedMean(distance, weight)]
    const isNear = stopGradient(() => tf.cast(tf.less(away, 0.5), 'float32'))
    return tf.add(tf.mul(tf.sub(1, away), isNear), tf.mul(alike, tf.sub(1, isNear)))
  })
}

const smallest = (scales: number): number => 10 * 2 ** (scales - 1) + 1

/**
 * 1 - IW-SSIM, the information content weighted structural similarity: SSIM at several scales, where positions count by the information that they carry.
 *
 * In a Laplacian pyramid of luma, contrast-structure of windows of 11 x 11 is averaged with the weight of the bits that reference and prediction share with the eye; the value is 1 less the
 * product of the scales' means to their exponents, the coarsest with luminance and without weights.
 *
 * Value: [0, 1], zero on identity; not symmetric, since the weights are those of the reference's neighbourhoods. RGB [batch, height, width, 3]
 * with sides of at least 10 * 2^(scales - 1) + 1 (161 by default); the constants are made for values in [0, 1]. Gradients are finite everywhere.
 *
 * Source: Wang and Li, "Information Content Weighting for Perceptual Image Quality Assessment", 2011; `piq.information_weighted_ssim`.
 *
 * @example iwSsim(pixels)
 */
export const iwSsim: Metric<IwSsimOptions> = defineMetric({
  id: 'iwSsim',
  options: t.strict({ weights: scaleWeights }),
  defaults: { weights: PUBLISHED },
  laws: () => ({ symmetric: false, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts:
    ({ weights }) =>
    (feature) => {
      const problem = lumaProblem(feature)
      if (problem !== undefined) return problem
      const least = smallest(weights.length)
      const sides = `both sides must be at least ${String(least)} for ${String(weights.length)} scales; fewer \`weights\` allow smaller pictures`
      return Math.min(feature[1] ?? 0, feature[2] ?? 0) < least ? sides : undefined
    },
  // At each scale, of a quarter of the positions: two pyramid steps, five windows, covariances of ten numbers, ten logarithms and some forty other operations.
  flops: () => (feature) => (4 / 3) * (2 * 50 + 5 * 44 + 2 * 200 + 10 * 8 + 40) * (elements(feature) / 3),
  tiling: () => ({ refused: 'divides sums over the whole picture, at several scales' }),
  apply:
    ({ weights }) =>
    (reference, prediction) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const [x, y] = [reference, prediction].map((rgb) => pyramid(tf.mul(lumaOf(rgb), 255), weights.length)) as [readonly Level[], readonly Level[]]
      const logs = similarities(x, y).map((similarity, i) => tf.mul<Tensor1D>(tf.log(tf.maximum(similarity, LEAST)), (weights[i] ?? 0) / total))
      return tf.sub(1, tf.exp(addAll(logs)))
    },
})
