/** Mean and covariance from exact sums. */
import { LossException } from '../core/errors/lossException.js'
import type { Matrix } from './linearAlgebra/rowProducts.js'
import { numberAt } from './statistics/exactSums.js'
import type { FeatureStatistics } from './statistics/featureStatistics.js'

/** The mean of features and their covariance, [dimension, dimension], of n - 1 (`numpy.cov`). */
export interface Moments {
  readonly mean: Float64Array
  readonly covariance: Matrix
}

/** Mean and covariance; two features at least. */
export const momentsOf = ({ count, dimension: n, sum, products }: FeatureStatistics, name: string): Moments => {
  if (count < 2)
    throw new LossException({
      _tag: 'BadArgument',
      name,
      received: count === 0 ? 'statistics of no picture' : 'statistics of one feature',
      expected: 'two pictures at least, and more than the feature has dimensions for a covariance of full rank',
    })
  const mean = Float64Array.from({ length: n }, (_, i) => numberAt(sum, i) / count)
  const values = new Float64Array(n * n)
  for (let i = 0, at = 0; i < n; i++)
    for (let j = i; j < n; j++, at++) {
      const value = (numberAt(products, at) - numberAt(sum, i) * (mean[j] ?? 0)) / (count - 1)
      values[i * n + j] = value
      values[j * n + i] = value
    }
  return { mean, covariance: { rows: n, columns: n, values } }
}
