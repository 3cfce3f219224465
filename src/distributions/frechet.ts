import { checkArgument } from '../core/arguments/guards.js'
import { choleskyFactor } from './linearAlgebra/choleskyFactor.js'
import { nuclearNorm } from './linearAlgebra/nuclearNorm.js'
import { rowProducts, trace, transposed, type Matrix } from './linearAlgebra/rowProducts.js'
import { momentsOf } from './meanAndCovariance.js'
import { checkAlike, someStatistics, type FeatureStatistics } from './statistics/featureStatistics.js'

/**
 * Returns the Fréchet distance between two sets of features: |m1 - m2|^2 + trace(S1 + S2 - 2 (S1 S2)^1/2), of their means m and covariances S.
 *
 * With features of the pool3 layer of InceptionV3 it is FID. With other networks it is a distance of the same kind, but its values are not comparable with published FIDs. Where a set has
 * fewer pictures than the feature has dimensions, its covariance does not have full rank, and the distance is too large.
 *
 * 0 for equal statistics, symmetric, and at least 0, all but for rounding.
 *
 * Source: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017; Dowson and Landau, 1982.
 *
 * @throws LossException `BadArgument` for statistics of different networks or layers, or of fewer than two features.
 * @example frechet(real, generated)
 */
export const frechet = (first: FeatureStatistics, second: FeatureStatistics): number => {
  checkArgument('The first statistics of frechet', first, someStatistics)
  checkArgument('The second statistics of frechet', second, someStatistics)
  const [a, b] = [momentsOf(first, 'The first statistics of frechet'), momentsOf(second, 'The second statistics of frechet')]
  checkAlike(first, second)
  const between = a.mean.reduce((sum, x, i) => sum + (x - (b.mean[i] ?? 0)) ** 2, 0)
  return between + trace(a.covariance) + trace(b.covariance) - 2 * common(a.covariance, b.covariance)
}

/** trace((S1 S2)^1/2). */
const common = (a: Matrix, b: Matrix): number => nuclearNorm(rowProducts(columnsOf(a), columnsOf(b)))

const columnsOf = (covariance: Matrix): Matrix => transposed(choleskyFactor(covariance))
