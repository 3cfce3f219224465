/**
 * Eigenvalues of a symmetric matrix, and its eigenvectors where they are asked for: Householder's reduction to three diagonals, then implicit QL.
 *
 * Without eigenvectors it takes 4/3 n^3 operations.
 *
 * Source: Wilkinson and Reinsch, "Handbook for Automatic Computation II", 1971: tred2, tql2.
 */
import type { Matrix } from './rowProducts.js'

/** Eigenvalues in no order; the eigenvector of each is the row of `vectors` at its place. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/** The eigenvalues of a symmetric matrix; with `vectors`, the eigenvectors as the rows of a matrix. */
export const symmetricEigen = ({ rows: n, values: given }: Matrix, vectors: boolean): Eigen => {
  const size = given.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const matrix = size === 0 ? given.slice() : given.map((x) => x / size)
  const { diagonal, beside, reflections } = tridiagonal(matrix, n)
  const turned = vectors ? productOf(reflections, n) : new Float64Array(0)
  implicitQl(diagonal, beside, turned, vectors ? n : 0)
  return { values: diagonal.map((x) => x * size), vectors: turned }
}

/** A reflection I - u u^T / h of the first numbers. */
interface Reflection {
  readonly u: Float64Array
  readonly h: number
}

interface Tridiagonal {
  readonly diagonal: Float64Array
  /** The number left of each one in the diagonal, at the place before it. */
  readonly beside: Float64Array
  readonly reflections: readonly Reflection[]
}

/** The matrix, of which the lower triangle is used up, as three diagonals. */
const tridiagonal = (matrix: Float64Array, n: number): Tridiagonal => {
  const [diagonal, beside] = [new Float64Array(n), new Float64Array(n)]
  const reflections: Reflection[] = []
  for (let i = n - 1; i >= 0; i--) {
    diagonal[i] = matrix[i * n + i] ?? 0
    if (i === 0) break
    const u = matrix.slice(i * n, i * n + i)
    const last = u[i - 1] ?? 0
    const others = u.subarray(0, i - 1).reduce((sum, x) => sum + x * x, 0)
    if (others === 0) {
      beside[i - 1] = last
      continue
    }
    const length = Math.sqrt(others + last * last)
    const kept = last > 0 ? -length : length
    u[i - 1] = last - kept
    beside[i - 1] = kept
    const h = (others + (last - kept) ** 2) / 2
    reflect(matrix, n, u, h)
    reflections.push({ u, h })
  }
  return { diagonal, beside, reflections }
}

/** P A P of the leading rows and columns, P = I - u u^T / h: A - u q^T - q u^T. */
const reflect = (matrix: Float64Array, n: number, u: Float64Array, h: number): void => {
  const q = timesLower(matrix, n, u)
  for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) / h
  const half = q.reduce((sum, x, j) => sum + x * (u[j] ?? 0), 0) / (2 * h)
  for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) - half * (u[j] ?? 0)
  for (let j = 0; j < u.length; j++) {
    const [uj, qj, row] = [u[j] ?? 0, q[j] ?? 0, j * n]
    for (let k = 0; k <= j; k++) matrix[row + k] = (matrix[row + k] ?? 0) - uj * (q[k] ?? 0) - qj * (u[k] ?? 0)
  }
}

/** A symmetric matrix, given by its lower triangle, times a vector. */
const timesLower = (matrix: Float64Array, n: number, u: Float64Array): Float64Array => {
  const product = new Float64Array(u.length)
  for (let j = 0; j < u.length; j++) {
    const [uj, row] = [u[j] ?? 0, j * n]
    let sum = (matrix[row + j] ?? 0) * uj
    for (let k = 0; k < j; k++) {
      const x = matrix[row + k] ?? 0
      sum += x * (u[k] ?? 0)
      product[k] = (product[k] ?? 0) + x * uj
    }
    product[j] = (product[j] ?? 0) + sum
  }
  return product
}

/** The transpose of the product of the reflections, in their order. */
const productOf = (reflections: readonly Reflection[], n: number): Float64Array => {
  const turned = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
  for (const { u, h } of reflections.toReversed())
    for (let row = 0; row < n * n; row += n) {
      const along = u.reduce((sum, x, k) => sum + x * (turned[row + k] ?? 0), 0) / h
      if (along !== 0) for (let k = 0; k < u.length; k++) turned[row + k] = (turned[row + k] ?? 0) - along * (u[k] ?? 0)
    }
  return turned
}

/** Beside a matrix whose largest number is 1, smaller ones are rounding. */
const FLOOR = 1e-3

/** Each eigenvalue takes two or three rounds. */
const ROUNDS = 200

/** Turns the three diagonals into one; `columns` is the length of the rows of `vectors`, which turn along. */
const implicitQl = (d: Float64Array, e: Float64Array, vectors: Float64Array, columns: number): void => {
  const n = d.length
  for (let l = 0; l < n; l++)
    for (let round = 0; round < ROUNDS; round++) {
      let m = l
      while (m < n - 1 && Math.abs(e[m] ?? 0) > Number.EPSILON * (Math.abs(d[m] ?? 0) + Math.abs(d[m + 1] ?? 0) + FLOOR)) m++
      if (m === l) break
      qlStep(d, e, { l, m }, vectors, columns)
    }
}

/** One implicit QL step on the block from l to m. */
const qlStep = (d: Float64Array, e: Float64Array, { l, m }: { readonly l: number; readonly m: number }, vectors: Float64Array, columns: number): void => {
  const first = ((d[l + 1] ?? 0) - (d[l] ?? 0)) / (2 * (e[l] ?? 0))
  let g = (d[m] ?? 0) - (d[l] ?? 0) + (e[l] ?? 0) / (first + (first < 0 ? -1 : 1) * Math.hypot(first, 1))
  let [sine, cosine, p] = [1, 1, 0]
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [sine * (e[i] ?? 0), cosine * (e[i] ?? 0)]
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p
      e[m] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = (d[i + 1] ?? 0) - p
    const s = ((d[i] ?? 0) - g) * sine + 2 * cosine * b
    p = sine * s
    d[i + 1] = g + p
    g = cosine * s - b
    turn(vectors, i * columns, columns, sine, cosine)
  }
  d[l] = (d[l] ?? 0) - p
  e[l] = g
  e[m] = 0
}

/** Turns two neighbouring rows. */
const turn = (vectors: Float64Array, upper: number, columns: number, sine: number, cosine: number): void => {
  for (let k = upper; k < upper + columns; k++) {
    const [a, b] = [vectors[k] ?? 0, vectors[k + columns] ?? 0]
    vectors[k + columns] = sine * a + cosine * b
    vectors[k] = cosine * a - sine * b
  }
}
