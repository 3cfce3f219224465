import { dot, nonNegativeLeastSquares } from './linearAlgebra.js'

/**
 * A direction u >= 0 in which growing weights always explain the judgments better, or undefined: then (with independent columns) the best weights are
 * finite.
 *
 * Unanimous judgments must get no worse along u (a . u >= 0 for a the row with the sign of the judgment), the others must not change (x . u = 0), and some unanimous
 * one must get better. By Stiemke's lemma there is no such u where the a have positive, and the x any, multiples that add up to at most 0; whether they have is a
 * non-negative least squares problem, and what it cannot reach is the direction.
 */
export const separatingDirection = (rows: readonly (readonly number[])[], fractions: readonly number[]): readonly number[] | undefined => {
  const units = rows.map((row) => {
    const length = Math.sqrt(dot(row, row))
    return length === 0 ? row : row.map((value) => value / length)
  })
  const signed = units.map((row, k) => (fractions[k] === 0 ? row.map((value) => -value) : row))
  const isUnanimous = (k: number): boolean => fractions[k] === 0 || fractions[k] === 1
  const unanimous = signed.filter((_, k) => isUnanimous(k))
  const divided = signed.filter((_, k) => !isUnanimous(k))
  const terms = (rows[0] ?? []).map((_, i) => i)
  const target = terms.map((i) => -unanimous.reduce((sum, row) => sum + (row[i] ?? 0), 0))
  const axes = terms.map((i) => terms.map((j) => (i === j ? 1 : 0)))
  const { residual } = nonNegativeLeastSquares([...unanimous, ...divided, ...divided.map((row) => row.map((value) => -value)), ...axes], target)
  const size = Math.sqrt(dot(target, target))
  return Math.sqrt(dot(residual, residual)) > 1e-7 * Math.max(1, size) ? residual.map((value) => Math.max(0, -value)) : undefined
}
