/** The features of batches of pictures as plain arrays, each with a name. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { checkArgument } from '../core/arguments/guards.js'
import { LossException } from '../core/errors/lossException.js'
import type { AnyExtractor } from '../core/language/extractor.js'
import type { AnyFeature } from '../core/language/feature.js'
import { onBackend } from '../core/tensors/backend.js'
import { featureRows, type RowOptions } from './featureRows.js'
import { NAMES } from './statistics/featureStatistics.js'

/** Features, and their names. */
export interface NamedFeatures {
  readonly rows: readonly Float32Array[]
  readonly names: readonly string[]
}

/** What the features are, and how they are computed. */
export interface BatchFeatures {
  readonly of: string
  readonly features: (images: Tensor4D, names: readonly string[]) => Promise<NamedFeatures>
}

/** The features of batches; throws for a layer that the extractor does not have. */
export const batchFeatures = (feature: AnyFeature, extractor: AnyExtractor | undefined, options: RowOptions): BatchFeatures => {
  const { of, check, rows } = featureRows(feature, extractor, options)
  return {
    of,
    features: async (given, names) => {
      const images = check(given)
      checkArgument('The names', names, NAMES)
      const [batch] = images.shape
      if (names.length !== batch)
        throw new LossException({
          _tag: 'BadArgument',
          name: 'The names',
          received: `${String(names.length)} names`,
          expected: `${String(batch)}, one for each picture`,
        })
      const features = onBackend(() => tf.tidy(() => rows(images)))
      try {
        const [count, dimension] = features.shape
        const values = await features.data()
        return {
          rows: Array.from({ length: count }, (_, i) => Float32Array.from(values.subarray(i * dimension, (i + 1) * dimension), (x) => x + 0)),
          names: rowNames(names, count / batch),
        }
      } finally {
        features.dispose()
      }
    },
  }
}

/** A name for each row: the picture's, with its position where there are several. */
export const rowNames = (names: readonly string[], each: number): readonly string[] =>
  each === 1 ? names : names.flatMap((name) => Array.from({ length: each }, (_, position) => `${name}#${String(position)}`))
