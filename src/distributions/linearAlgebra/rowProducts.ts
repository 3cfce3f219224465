/** Products of matrices in double precision, as plain arrays, row by row. */

/** A matrix, row by row. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** The product of every row of one with every row of the other: A B^T. */
export const rowProducts = (a: Matrix, b: Matrix): Matrix => ofRows(a, b, fourProducts)

/** The squared distance of every row of one to every row of the other; exactly 0 for equal rows. */
export const squaredDistances = (a: Matrix, b: Matrix): Matrix => ofRows(a, b, fourDistances)

/** The four numbers of a row of one, at `i`, and four rows of the other, from `j` on, written to `out`. */
type FourRows = (a: Float64Array, i: number, b: Float64Array, j: number, length: number, out: Float64Array) => void

/** How many rows of the first are held against all of the second at a time: they stay in the cache. */
const TILE = 32

/** A number of each pair of rows. Four rows of the second at a time stay in registers; of a matrix with itself, half of the pairs are computed. */
const ofRows = (a: Matrix, b: Matrix, four: FourRows): Matrix => {
  const { columns: length } = a
  const out = new Float64Array(a.rows * b.rows)
  const found = new Float64Array(4)
  for (let top = 0; top < a.rows; top += TILE)
    for (let j = a === b ? top - (top % 4) : 0; j < b.rows; j += 4)
      for (let i = top; i < Math.min(top + TILE, a === b ? j + 4 : a.rows, a.rows); i++) {
        four(a.values, i * length, b.values, j * length, length, found)
        for (let k = 0; k < 4 && j + k < b.rows; k++) out[i * b.rows + j + k] = found[k] ?? 0
      }
  if (a === b) mirror(out, a.rows)
  return { rows: a.rows, columns: b.rows, values: out }
}

/** The upper triangle, also below the diagonal. */
const mirror = (values: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) values[i * n + j] = values[j * n + i] ?? 0
}

const fourProducts: FourRows = (a, i, b, j, length, out) => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const [b1, b2, b3] = [j + length, j + 2 * length, j + 3 * length]
  for (let k = 0; k < length; k++) {
    const x = a[i + k] ?? 0
    s0 += x * (b[j + k] ?? 0)
    s1 += x * (b[b1 + k] ?? 0)
    s2 += x * (b[b2 + k] ?? 0)
    s3 += x * (b[b3 + k] ?? 0)
  }
  out.set([s0, s1, s2, s3])
}

const fourDistances: FourRows = (a, i, b, j, length, out) => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const [b1, b2, b3] = [j + length, j + 2 * length, j + 3 * length]
  for (let k = 0; k < length; k++) {
    const x = a[i + k] ?? 0
    const d0 = x - (b[j + k] ?? 0)
    const d1 = x - (b[b1 + k] ?? 0)
    const d2 = x - (b[b2 + k] ?? 0)
    const d3 = x - (b[b3 + k] ?? 0)
    s0 += d0 * d0
    s1 += d1 * d1
    s2 += d2 * d2
    s3 += d3 * d3
  }
  out.set([s0, s1, s2, s3])
}

export const transposed = ({ rows, columns, values }: Matrix): Matrix => {
  const turned = new Float64Array(values.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j] ?? 0
  return { rows: columns, columns: rows, values: turned }
}

/** The sum of the diagonal. */
export const trace = ({ rows, columns, values }: Matrix): number => {
  let sum = 0
  for (let i = 0; i < Math.min(rows, columns); i++) sum += values[i * columns + i] ?? 0
  return sum
}
