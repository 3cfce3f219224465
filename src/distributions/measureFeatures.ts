import type { Tensor4D } from '@tensorflow/tfjs'
import type { WithLayers } from '../core/compile/calls.js'
import type { AnyExtractor } from '../core/language/extractor.js'
import type { AnyFeature, Feature } from '../core/language/feature.js'
import { batchFeatures } from './batchFeatures.js'
import { ROW_OPTIONS, rowArguments, type RowOptions } from './featureRows.js'
import { aSampleSize, statisticsOfRows, type FeatureStatistics } from './statistics/featureStatistics.js'

/** Options of `measureFeatures`. */
export interface MeasureOptions extends RowOptions {
  /** How many features the sample of the statistics holds at most, for `kernelDistance` and `precisionRecall`; default 2000. */
  readonly sample?: number
}

/** Measures the features of a batch of pictures: float32 [batch, height, width, 3], and their names. */
export type MeasureBatch = (images: Tensor4D, names: readonly string[]) => Promise<FeatureStatistics>

/**
 * Returns a function that measures a feature of batches of pictures. Their statistics add up with `statisticsMonoid`, to the same bits in any order.
 *
 * Names choose the pictures of the sample, by their hashes: give each picture its own. Pictures are float32 [batch, height, width, 3] in `range`; batches may differ in size.
 *
 * @throws LossException for a layer the extractor does not have; the function rejects for pictures that do not fit, or are not finite.
 * @example
 * const measure = measureFeatures(featureAt('block5_conv3'), await vgg16())
 * const statistics = await measure(images, names)
 */
export function measureFeatures(feature: Feature, options?: MeasureOptions): MeasureBatch
export function measureFeatures<L extends string, X extends AnyExtractor>(
  feature: Feature<L>,
  extractor: WithLayers<L, X>,
  options?: MeasureOptions,
): MeasureBatch
export function measureFeatures(feature: AnyFeature, ...rest: readonly unknown[]): MeasureBatch {
  const { extractor, options } = rowArguments<MeasureOptions>('measureFeatures', rest, { ...ROW_OPTIONS, sample: aSampleSize })
  const { of, features } = batchFeatures(feature, extractor, options)
  return async (images, given) => {
    const { rows, names } = await features(images, given)
    return statisticsOfRows(rows, names, { of, ...(options.sample === undefined ? {} : { sample: options.sample }) })
  }
}
