/** The samples of two sets of features, which both must be large enough. */
import { checkArgument } from '../core/arguments/guards.js'
import { LossException } from '../core/errors/lossException.js'
import type { Matrix } from './linearAlgebra/rowProducts.js'
import { checkAlike, someStatistics, type FeatureStatistics } from './statistics/featureStatistics.js'

/** Both samples, one feature a row. */
export const samplesOf = (who: string, first: FeatureStatistics, second: FeatureStatistics, least: number): readonly [Matrix, Matrix] => {
  checkArgument(`The first statistics of ${who}`, first, someStatistics)
  checkArgument(`The second statistics of ${who}`, second, someStatistics)
  const samples = [sampleOf(`The first statistics of ${who}`, first, least), sampleOf(`The second statistics of ${who}`, second, least)] as const
  checkAlike(first, second)
  return samples
}

const sampleOf = (name: string, { dimension, sample }: FeatureStatistics, least: number): Matrix => {
  const { length } = sample.features
  if (length < least)
    throw new LossException({
      _tag: 'BadArgument',
      name,
      received: `a sample of ${String(length)} features`,
      expected: `${String(least)} at least: more pictures, or a larger sample`,
    })
  const values = new Float64Array(length * dimension)
  sample.features.forEach(({ values: row }, i) => {
    values.set(row, i * dimension)
  })
  return { rows: length, columns: dimension, values }
}
