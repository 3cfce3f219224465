import { checkOptions, type AcceptedOptions } from '../core/arguments/checkOptions.js'
import { count } from '../core/arguments/codecs.js'
import { squaredDistances, type Matrix } from './linearAlgebra/rowProducts.js'
import { samplesOf } from './sampledFeatures.js'
import type { FeatureStatistics } from './statistics/featureStatistics.js'

/** Options of `precisionRecall`. */
export interface PrecisionRecallOptions {
  /** The number of neighbours that bound a feature's surroundings; default 3. */
  readonly neighbours?: number
}

/** Fidelity and diversity of generated pictures. */
export interface PrecisionRecall {
  /** The fraction of generated features among the real ones: how realistic they are; 0 to 1. */
  readonly precision: number
  /** The fraction of real features among the generated ones: how much of their variety is covered; 0 to 1. */
  readonly recall: number
}

const OPTIONS: AcceptedOptions = { neighbours: count(1000) }

/**
 * Returns the precision and recall of generated features: the fraction of each set's features that lie within the other set.
 *
 * A feature lies within a set if it is no farther from one of its features than the k-th nearest neighbour of that feature in the set. It is computed from the samples of both statistics,
 * which should be of equal size.
 *
 * Source: Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019.
 *
 * @throws LossException `BadArgument` for statistics of different networks or layers, or samples that have no more features than neighbours; `BadOptions`.
 * @example precisionRecall(real, generated).recall
 */
export const precisionRecall = (real: FeatureStatistics, generated: FeatureStatistics, options: PrecisionRecallOptions = {}): PrecisionRecall => {
  checkOptions('precisionRecall', options, OPTIONS)
  const { neighbours = 3 } = options
  const [a, b] = samplesOf('precisionRecall', real, generated, neighbours + 1)
  const [radiiA, radiiB] = [radii(a, neighbours), radii(b, neighbours)]
  const [inA, inB] = [new Uint8Array(b.rows), new Uint8Array(a.rows)]
  squaredDistances(a, b).values.forEach((distance, at) => {
    const [i, j] = [Math.floor(at / b.rows), at % b.rows]
    if (distance <= (radiiA[i] ?? 0)) inA[j] = 1
    if (distance <= (radiiB[j] ?? 0)) inB[i] = 1
  })
  return { precision: fraction(inA), recall: fraction(inB) }
}

const fraction = (within: Uint8Array): number => within.reduce((sum, x) => sum + x, 0) / within.length

/** The squared distance of each feature to its k-th nearest neighbour. */
const radii = (set: Matrix, k: number): Float64Array => {
  const { values } = squaredDistances(set, set)
  return Float64Array.from({ length: set.rows }, (_, i) => {
    // The nearest one is the feature itself.
    const row = values.slice(i * set.rows, (i + 1) * set.rows)
    return row.sort()[k] ?? 0
  })
}
