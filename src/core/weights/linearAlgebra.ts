/** Linear algebra for small problems. */

export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

/** The x of A x = b, by Gauss with pivots; undefined for a singular A. */
export const solve = (a: readonly (readonly number[])[], b: readonly number[]): readonly number[] | undefined => {
  const n = b.length
  const rows = a.map((row, i) => [...row, b[i] ?? 0])
  for (let column = 0; column < n; column++) {
    const candidates = rows.slice(column).map((row) => Math.abs(row[column] ?? 0))
    const at = column + candidates.indexOf(Math.max(...candidates))
    const [pivot, other] = [rows[at] ?? [], rows[column] ?? []]
    if (!(Math.abs(pivot[column] ?? 0) > 0)) return undefined
    rows[column] = pivot
    rows[at] = other
    for (let i = 0; i < n; i++) {
      const row = rows[i] ?? []
      const factor = i === column ? 0 : (row[column] ?? 0) / (pivot[column] ?? 1)
      if (factor !== 0) rows[i] = row.map((value, j) => value - factor * (pivot[j] ?? 0))
    }
  }
  return rows.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1))
}

/**
 * The z >= 0 that minimizes |M z - b|, M given by its columns, and what remains of b.
 *
 * Source: Lawson and Hanson, "Solving Least Squares Problems", 1974, chapter 23.
 */
export const nonNegativeLeastSquares = (columns: readonly (readonly number[])[], b: readonly number[]) => {
  let z: readonly number[] = columns.map(() => 0)
  let passive: readonly number[] = []
  const rest = (x: readonly number[]): readonly number[] =>
    b.map((value, i) => value - columns.reduce((sum, column, j) => sum + (column[i] ?? 0) * (x[j] ?? 0), 0))
  for (let round = 0; round < 3 * columns.length + 30; round++) {
    const residual = rest(z)
    const gains = columns.map((column, j) => (passive.includes(j) ? -Infinity : dot(column, residual)))
    const best = gains.indexOf(Math.max(...gains))
    if (passive.length >= b.length || !((gains[best] ?? 0) > 1e-12 * Math.sqrt(dot(b, b)))) break
    passive = [...passive, best]
    for (;;) {
      const free = leastSquares(
        passive.map((j) => columns[j] ?? []),
        b,
      )
      if (free === undefined) return { z, residual }
      const x = columns.map((_, j) => (passive.includes(j) ? (free[passive.indexOf(j)] ?? 0) : 0))
      const blocking = passive.filter((j) => (x[j] ?? 0) <= 0)
      if (blocking.length === 0) {
        z = x
        break
      }
      const before = z
      const way = Math.min(...blocking.map((j) => (before[j] ?? 0) / ((before[j] ?? 0) - (x[j] ?? 0) || 1)))
      z = before.map((value, j) => value + way * ((x[j] ?? 0) - value))
      const now = z
      passive = passive.filter((j) => !(blocking.includes(j) && (now[j] ?? 0) <= 1e-14))
      z = z.map((value, j) => (passive.includes(j) ? value : 0))
    }
  }
  return { z, residual: rest(z) }
}

const leastSquares = (columns: readonly (readonly number[])[], b: readonly number[]): readonly number[] | undefined =>
  solve(
    columns.map((a) => columns.map((c) => dot(a, c))),
    columns.map((a) => dot(a, b)),
  )
