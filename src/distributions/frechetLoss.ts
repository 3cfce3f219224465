import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { checkArgument } from '../core/arguments/guards.js'
import type { WithLayers } from '../core/compile/calls.js'
import { LossException } from '../core/errors/lossException.js'
import type { AnyExtractor } from '../core/language/extractor.js'
import type { AnyFeature, Feature } from '../core/language/feature.js'
import { onBackend } from '../core/tensors/backend.js'
import { differentiableOnce } from '../core/tensors/differentiable.js'
import { batchFrechet } from './batchFrechet.js'
import { featureRows, ROW_OPTIONS, rowArguments, type RowOptions } from './featureRows.js'
import { momentsOf } from './meanAndCovariance.js'
import { someStatistics, type FeatureStatistics } from './statistics/featureStatistics.js'

/** The Fréchet distance of a batch to the statistics that it was made of: float32 [batch, height, width, 3] to a scalar. */
export type FrechetLoss = (yPred: Tensor4D) => Scalar

/**
 * Returns a loss for training by distribution: the Fréchet distance between the features of a batch and stored statistics, differentiable in the batch.
 *
 * It is a function of the whole batch, and not a mean over samples, so it is no value of the language: add it to a compiled loss. The gradient is finite for every batch of at least two
 * features, also where there are fewer than the feature has dimensions; the distance of so few is larger than that of a large set. The features of each batch are read back from the backend:
 * covariance and gradient are computed in float64.
 *
 * @throws LossException for a layer the extractor does not have, or statistics of another feature or network; the function throws for a batch that does not fit.
 * @example
 * const towards = frechetLoss(real, featureAt('block5_conv3'), await vgg16())
 * optimizer.minimize(() => towards(generator.predict(noise) as tf.Tensor4D))
 */
export function frechetLoss(statistics: FeatureStatistics, feature: Feature, options?: RowOptions): FrechetLoss
export function frechetLoss<L extends string, X extends AnyExtractor>(
  statistics: FeatureStatistics,
  feature: Feature<L>,
  extractor: WithLayers<L, X>,
  options?: RowOptions,
): FrechetLoss
export function frechetLoss(statistics: FeatureStatistics, feature: AnyFeature, ...rest: readonly unknown[]): FrechetLoss {
  checkArgument('The statistics of frechetLoss', statistics, someStatistics)
  const { extractor, options } = rowArguments<RowOptions>('frechetLoss', rest, ROW_OPTIONS)
  const { of, check, rows } = featureRows(feature, extractor, options)
  const distance = batchFrechet(momentsOf(statistics, 'The statistics of frechetLoss'))
  if (statistics.of !== of)
    throw new LossException({
      _tag: 'BadArgument',
      name: 'The statistics of frechetLoss',
      received: `statistics of '${statistics.of}'`,
      expected: `those of '${of}'`,
    })
  const valueOf = (features: Tensor): Scalar => {
    const [count = 0, dimension = 0] = features.shape
    return differentiableOnce<Scalar>(
      features,
      (x, save) => {
        const { value, gradient } = distance({ rows: count, columns: dimension, values: Float64Array.from(x.dataSync()) })
        save([tf.tensor2d(Float32Array.from(gradient), [count, dimension])])
        return { value: tf.scalar(value), gradient: (dy, [saved = x]) => tf.mul(dy, saved) }
      },
      'its gradient is computed outside of TensorFlow.js',
    )
  }
  return (yPred) => {
    const images = check(yPred)
    return onBackend(() =>
      tf.tidy(() => {
        const features = rows(images)
        if (features.shape[0] < 2)
          throw new LossException({
            _tag: 'BadArgument',
            name: 'The batch of frechetLoss',
            received: 'one feature',
            expected: 'a batch of two pictures at least',
          })
        return valueOf(features)
      }),
    )
  }
}
