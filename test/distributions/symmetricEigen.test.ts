/** The eigenproblem of symmetric matrices, and the factor of a covariance. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choleskyFactor } from '../../src/distributions/linearAlgebra/choleskyFactor.js'
import { nuclearNorm } from '../../src/distributions/linearAlgebra/nuclearNorm.js'
import { rowProducts, transposed, type Matrix } from '../../src/distributions/linearAlgebra/rowProducts.js'
import { symmetricEigen } from '../../src/distributions/linearAlgebra/symmetricEigen.js'

const matrix = (rows: number, columns: number, values: readonly number[]): Matrix => ({ rows, columns, values: Float64Array.from(values) })
const difference = (a: Matrix, b: Matrix): number => Math.max(0, ...a.values.map((x, i) => Math.abs(x - b.values[i]!)))

/** Matrices with zeros and repeated rows, whose products are often singular. */
const anyMatrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc
      .array(fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, 1)), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => matrix(rows, columns, values)),
  )
const covariance = anyMatrix.map((a) => rowProducts(a, a))

describe('the eigenproblem', () => {
  it('gives the matrix back: V^T D V', () => {
    fc.assert(
      fc.property(covariance, (a) => {
        const { values, vectors } = symmetricEigen(a, true)
        const v = transposed({ rows: a.rows, columns: a.rows, values: vectors })
        const scaled = { ...v, values: v.values.map((x, i) => x * values[i % a.rows]!) }
        expect(difference(rowProducts(scaled, v), a)).toBeLessThan(1e-11)
        const identity = matrix(
          a.rows,
          a.rows,
          Array.from({ length: a.rows ** 2 }, (_, i) => (i % (a.rows + 1) === 0 ? 1 : 0)),
        )
        expect(difference(rowProducts(v, v), identity)).toBeLessThan(1e-12)
        expect([...symmetricEigen(a, false).values]).toEqual([...values])
      }),
    )
  })

  it('has the eigenvalues of the second difference, 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 50
    const values = Array.from({ length: n * n }, (_, at) => [2, -1][Math.abs(Math.floor(at / n) - (at % n))] ?? 0)
    const found = [...symmetricEigen(matrix(n, n, values), false).values].sort((a, b) => a - b)
    found.forEach((value, k) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13))
  })
})

it('the factor of a covariance gives it back, also of a singular one, and has as many columns as its rank', () => {
  fc.assert(
    fc.property(covariance, (a) => {
      const factor = choleskyFactor(a)
      expect(difference(rowProducts(factor, factor), a)).toBeLessThan(1e-12 * Math.max(1, ...a.values))
    }),
  )
  // More than one block of columns.
  const wave = matrix(
    80,
    50,
    Array.from({ length: 80 * 50 }, (_, i) => Math.sin(i * i)),
  )
  const singular = rowProducts(wave, wave)
  const factor = choleskyFactor(singular)
  expect(factor.columns).toBe(50)
  expect(difference(rowProducts(factor, factor), singular)).toBeLessThan(1e-11)
  expect(choleskyFactor(matrix(3, 3, [4, 2, 2, 2, 1, 1, 2, 1, 1])).columns).toBe(1)
  expect(choleskyFactor(matrix(2, 2, [0, 0, 0, 0])).columns).toBe(0)
})

it('products of rows are sums of products, for more rows than are held at a time', () => {
  const [a, b] = [71, 38].map((rows) =>
    matrix(
      rows,
      5,
      Array.from({ length: rows * 5 }, (_, i) => Math.cos(i * rows)),
    ),
  ) as [Matrix, Matrix]
  for (const [one, other] of [
    [a, b],
    [b, a],
    [a, a],
    [a, { ...a }],
  ] as const) {
    const { values } = rowProducts(one, other)
    for (let i = 0; i < one.rows; i++)
      for (let j = 0; j < other.rows; j++) {
        let expected = 0
        for (let k = 0; k < 5; k++) expected += one.values[i * 5 + k]! * other.values[j * 5 + k]!
        expect(values[i * other.rows + j]).toBeCloseTo(expected, 12)
      }
  }
})

it('the nuclear norm is the sum of singular values', () => {
  expect(nuclearNorm(matrix(2, 3, [3, 0, 0, 0, -4, 0]))).toBeCloseTo(7, 12)
  // [[1, 1], [0, 1]]: singular values (5^1/2 ± 1) / 2.
  expect(nuclearNorm(matrix(2, 2, [1, 1, 0, 1]))).toBeCloseTo(Math.sqrt(5), 12)
  expect(nuclearNorm(matrix(2, 0, []))).toBe(0)
})
