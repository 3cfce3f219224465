/** The Fréchet distance of a batch to fixed moments, and its gradient in the batch. */
import { choleskyFactor } from './linearAlgebra/choleskyFactor.js'
import { rowProducts, trace, transposed, type Matrix } from './linearAlgebra/rowProducts.js'
import { symmetricEigen } from './linearAlgebra/symmetricEigen.js'
import type { Moments } from './meanAndCovariance.js'

/** The distance, and its gradient: [rows, dimension]. */
export interface ValueAndGradient {
  readonly value: number
  readonly gradient: Float64Array
}

/**
 * The distance as a function of a batch, [rows, dimension] with two rows at least.
 *
 * With Y the centred batch divided by (rows - 1)^1/2 and S = L L^T the fixed covariance, it is |m - m1|^2 + trace(S) + |Y|^2 - 2 N, where N is the nuclear norm of Y L. The gradient of N is
 * U V^T of the singular value decomposition, which has norm 1: so the gradient is finite also where the batch has fewer rows than dimensions and its covariance no square root to
 * differentiate.
 */
export const batchFrechet = ({ mean, covariance }: Moments): ((batch: Matrix) => ValueAndGradient) => {
  const factor = choleskyFactor(covariance)
  const columns = transposed(factor)
  const total = trace(covariance)
  return (batch) => {
    const { rows, columns: dimension } = batch
    const own = columnMeans(batch)
    const root = Math.sqrt(rows - 1)
    const centred: Matrix = { ...batch, values: batch.values.map((x, i) => (x - (own[i % dimension] ?? 0)) / root) }
    const { norm, direction } = nuclearNormAndGradient(rowProducts(centred, columns))
    const between = own.reduce((sum, x, j) => sum + (x - (mean[j] ?? 0)) ** 2, 0)
    const within = centred.values.reduce((sum, x) => sum + x * x, 0)
    const shared = rowProducts(direction, factor)
    const ofCentred: Matrix = { ...batch, values: centred.values.map((x, i) => 2 * (x - (shared.values[i] ?? 0))) }
    const shift = columnMeans(ofCentred)
    const gradient = ofCentred.values.map((x, i) => {
      const j = i % dimension
      return (x - (shift[j] ?? 0)) / root + (2 * ((own[j] ?? 0) - (mean[j] ?? 0))) / rows
    })
    return { value: between + total + within - 2 * norm, gradient }
  }
}

const columnMeans = ({ rows, columns, values }: Matrix): Float64Array => {
  const means = new Float64Array(columns)
  for (let i = 0; i < values.length; i++) means[i % columns] = (means[i % columns] ?? 0) + (values[i] ?? 0) / rows
  return means
}

/** Squares of singular values below this fraction of the largest are rounding. */
const ROUNDING = 1e-13

/** The nuclear norm of W, and its gradient U V^T = (W W^T)^-1/2 W, of the singular values that are not 0. */
const nuclearNormAndGradient = (matrix: Matrix): { readonly norm: number; readonly direction: Matrix } => {
  if (matrix.rows > matrix.columns) {
    const { norm, direction } = nuclearNormAndGradient(transposed(matrix))
    return { norm, direction: transposed(direction) }
  }
  const n = matrix.rows
  const { values, vectors } = symmetricEigen(rowProducts(matrix, matrix), true)
  const least = ROUNDING * values.reduce((a, b) => Math.max(a, b), 0)
  const inverse = new Float64Array(n * n)
  let norm = 0
  for (const [k, square] of values.entries()) {
    if (!(square > least)) continue
    const singular = Math.sqrt(square)
    norm += singular
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) inverse[i * n + j] = (inverse[i * n + j] ?? 0) + ((vectors[k * n + i] ?? 0) * (vectors[k * n + j] ?? 0)) / singular
  }
  return { norm, direction: rowProducts({ rows: n, columns: n, values: inverse }, transposed(matrix)) }
}
