/**
 * The factor of a covariance: S = L L^T, where L has as many columns as S has rank.
 *
 * Source: Higham, "Analysis of the Cholesky Decomposition of a Semi-definite Matrix", 1990: Cholesky with complete pivoting.
 */
import type { Matrix } from './rowProducts.js'

/** What is below this fraction of the largest variance is rounding. */
const ROUNDING = 4 * Number.EPSILON

/** The factor of a symmetric matrix without negative eigenvalues, [n, rank]. */
export const choleskyFactor = ({ rows: n, values }: Matrix): Matrix => {
  const factor = new Float64Array(n * n)
  const left = Float64Array.from({ length: n }, (_, i) => values[i * n + i] ?? 0)
  const least = ROUNDING * left.reduce((a, b) => Math.max(a, b), 0)
  let rank = 0
  for (; rank < n; rank++) {
    const pivot = largestAt(left)
    if (!((left[pivot] ?? 0) > least)) break
    addColumn(factor, left, values, { n, rank, pivot })
  }
  return { rows: n, columns: rank, values: withColumns(factor, n, rank) }
}

const largestAt = (values: Float64Array): number => values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0)

const addColumn = (
  factor: Float64Array,
  left: Float64Array,
  values: Float64Array,
  at: { readonly n: number; readonly rank: number; readonly pivot: number },
): void => {
  const { n, rank, pivot } = at
  const root = Math.sqrt(left[pivot] ?? 0)
  const own = pivot * n
  for (let i = 0; i < n; i++) {
    let sum = values[pivot * n + i] ?? 0
    for (let k = 0; k < rank; k++) sum -= (factor[i * n + k] ?? 0) * (factor[own + k] ?? 0)
    // Rows of earlier pivots are finished: what is left of them is rounding.
    const entry = i === pivot ? root : left[i] === 0 ? 0 : sum / root
    factor[i * n + rank] = entry
    left[i] = i === pivot ? 0 : Math.max(0, (left[i] ?? 0) - entry * entry)
  }
}

const withColumns = (factor: Float64Array, n: number, columns: number): Float64Array => {
  const values = new Float64Array(n * columns)
  for (let i = 0; i < n; i++) values.set(factor.subarray(i * n, i * n + columns), i * columns)
  return values
}
