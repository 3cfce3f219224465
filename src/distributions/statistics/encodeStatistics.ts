/** Encodes statistics as JSON: exact sums and the sample as base64. */
import { checkArgument } from '../../core/arguments/guards.js'
import { toBase64 } from './binary.js'
import type { ExactSums } from './exactSums.js'
import { someStatistics, type FeatureStatistics } from './featureStatistics.js'

/** Exact sums as JSON: base64 of float64. */
export interface SumsJson {
  readonly whole: string
  readonly fraction: string
}

/** Statistics of features as JSON. */
export interface StatisticsDocument {
  readonly version: 1
  readonly of: string
  readonly count: number
  readonly dimension: number
  readonly sum: SumsJson
  /** The upper triangle, row by row. */
  readonly products: SumsJson
  readonly sample: {
    /** null for the empty statistics. */
    readonly limit: number | null
    readonly keys: readonly string[]
    /** The features one after the other: base64 of float32. */
    readonly values: string
  }
}

/**
 * Encodes statistics as JSON; equal statistics have equal text.
 *
 * @example await writeFile('real.json', JSON.stringify(encodeStatistics(real)))
 */
export const encodeStatistics = (statistics: FeatureStatistics): StatisticsDocument => {
  checkArgument('The statistics', statistics, someStatistics)
  const { of, count, dimension, sum, products, sample } = statistics
  const { limit, features } = sample
  const values = new Float32Array(features.length * dimension)
  features.forEach(({ values: row }, i) => {
    values.set(row, i * dimension)
  })
  return {
    version: 1,
    of,
    count,
    dimension,
    sum: sumsJson(sum),
    products: sumsJson(products),
    sample: { limit: Number.isFinite(limit) ? limit : null, keys: features.map(({ key }) => key), values: toBase64(values) },
  }
}

const sumsJson = ({ whole, fraction }: ExactSums): SumsJson => ({ whole: toBase64(whole), fraction: toBase64(fraction) })
