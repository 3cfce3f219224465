import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { between, Plain } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import type { ComparedPicture, MetricDefinition } from '../core/language/definition.js'
import type { Feature } from '../core/language/feature.js'
import type { Compare, Target } from '../core/language/loss.js'
import { bilinear, resampled } from '../core/tensors/resample.js'
import { binomialMean } from '../core/tensors/binomial.js'
import { everySecond } from '../core/tensors/everySecond.js'
import { distanceOfMoments } from './ops/localMoments.js'

/** Options of `localStatistics`. */
export interface LocalStatisticsOptions {
  /**
   * The base-2 logarithm of sigma, the size in pixels of the neighbourhoods whose statistics are compared: a number from 0 to 5 (default 4, 16 pixels), or the name of a map that is
   * passed when the loss runs.
   */
  readonly log2Sigma: number | string
}

/** How many levels a pyramid has, after the feature itself. */
const LEVELS = 5

const fromZeroToFive = between(0, LEVELS)

/** The codec of log2 sigma. */
export const aLog2Sigma: t.Type<number | string, unknown> = new Plain(
  `a number from 0 to ${String(LEVELS)}, or the name of a map, such as 'sigma'`,
  (u): u is number | string => fromZeroToFive.is(u) || (typeof u === 'string' && u !== ''),
  { anyOf: [fromZeroToFive.schema, { type: 'string', minLength: 1 }] },
)

/** Log2 sigma in positions of the feature: a map [batch or 1, height, width, 1], and the deepest level that it needs. */
interface Sigma {
  readonly map: Tensor4D
  readonly deepest: number
}

/** A position of a feature that is n times smaller than the picture stands for n pixels. */
const sigmaOf = (log2Sigma: number | string, feature: Tensor4D, picture: ComparedPicture | undefined): Sigma => {
  const [, high, wide] = feature.shape
  const { height, width, mask } = picture ?? { height: high, width: wide }
  const ratio = Math.log2((height / high) * (width / wide)) / 2
  if (typeof log2Sigma === 'number') {
    const sigma = Math.max(0, log2Sigma - ratio)
    return { map: tf.fill([1, high, wide, 1], sigma), deepest: Math.min(LEVELS, Math.ceil(sigma)) }
  }
  const map = resampled(mask ?? tf.zeros([1, height, width, 1]), bilinear(height, high, true), bilinear(width, wide, true))
  return { map: tf.relu(tf.sub<Tensor4D>(map, ratio)), deepest: LEVELS }
}

/** How much each level counts at each of its positions: two next to each other share each position. */
const weightsByLevel = (sigma: Sigma): readonly Tensor4D[] => {
  let { map } = sigma
  return Array.from({ length: sigma.deepest + 1 }, (_, level) => {
    const weights = tf.relu(tf.sub<Tensor4D>(1, tf.abs(tf.sub(map, level))))
    if (level > 0) map = everySecond(binomialMean(binomialMean(map, 1), 2))
    return weights
  })
}

const metric: Metric<LocalStatisticsOptions> = defineMetric<LocalStatisticsOptions>({
  id: 'localStatistics',
  options: t.strict({ log2Sigma: aLog2Sigma }),
  defaults: { log2Sigma: 4 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
  accepts: () => (feature) => (feature.length === 4 ? undefined : 'local statistics need height and width: [batch, height, width, channels]'),
  mask: ({ log2Sigma }) => (typeof log2Sigma === 'string' ? { name: log2Sigma, upTo: LEVELS } : undefined),
  // Of both features, at each level of a quarter of the positions: two means and variances along two axes, a deviation, and the comparison.
  flops: () => (feature) => (4 / 3) * (2 * 50 + 8) * elements(feature),
  tiling: () => ({ refused: 'compares statistics at several scales of the whole picture' }),
  apply:
    ({ log2Sigma }) =>
    (reference, prediction, picture) =>
      distanceOfMoments(reference as Tensor4D, prediction as Tensor4D, weightsByLevel(sigmaOf(log2Sigma, prediction as Tensor4D, picture))),
})

type OfFeature<Needs extends string> = <L extends string = never, R extends string = never>(feature: Feature<L, R>) => Compare<L, R | Needs>

/** `localStatistics`: the name of a map becomes one of the references that the loss needs. */
export interface LocalStatistics {
  <L extends string = never, R extends string = never>(feature: Feature<L, R>, options?: { readonly log2Sigma?: number }): Compare<L, R | Target>
  <L extends string = never, R extends string = never, const N extends string = never>(
    feature: Feature<L, R>,
    options: { readonly log2Sigma: N },
  ): Compare<L, R | N | Target>
  <L extends string = never>(feature: Feature<L, string>, options: Partial<LocalStatisticsOptions>): Compare<L, string>
  /** With options, for `pipe`. */
  readonly with: {
    (options: { readonly log2Sigma?: number }): OfFeature<Target>
    <const N extends string>(options: { readonly log2Sigma: N }): OfFeature<N | Target>
  }
  readonly definition: MetricDefinition<LocalStatisticsOptions>
}

/**
 * The distance of local statistics: means and standard deviations within neighbourhoods of sigma pixels, the Wasserstein distance of two Gaussians.
 *
 * With sigma 1 it is the mean squared error. The larger sigma, the more a texture may differ as long as it looks the same: level i of a pyramid has the means m and deviations s of
 * neighbourhoods of 2^i positions, and its map (m - m')² + (s - s')² is weighted by max(0, 1 - |log2 sigma - i|). A map of log2 sigma says where details matter: 0 at a face, 4 on grass.
 * It is float32 [batch or 1, height, width, 1] from 0 to 5, of the prediction's size, passed by its name with the references.
 *
 * Value: [0, infinity), zero on identity, symmetric. Any feature [batch, height, width, channels]. Gradients are finite everywhere: deviations below 1e-4 count as 1e-4.
 *
 * @throws LossException `BadOptions` for a wrong sigma; when compiled, `MissingMask` or `BadMask` for a map that is missing or does not fit.
 * Source: Qiu, Wu, Ballé et al., "Wasserstein Distortion: Unifying Fidelity and Realism", 2024; Ballé et al., "Good, Cheap, and Fast: Overfitted Image Compression with Wasserstein
 * Distortion", 2025, section 3; the authors' `wasserstein_distortion.py`.
 *
 * @example localStatistics(pixels, { log2Sigma: 2 })
 * @example compile(localStatistics(featureAt('block2_conv2'), { log2Sigma: 'sigma' }), await vgg16())({ target, sigma }, prediction)
 */
export const localStatistics: LocalStatistics = metric as LocalStatistics
