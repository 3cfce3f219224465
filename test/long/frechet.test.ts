/**
 * The Fréchet distance of full-rank covariances of 2048 features, as FID has them.
 *
 * The covariances are Q D Q^T with one orthogonal Q = I - 2 u u^T, so the trace of the root of their product is the sum of (d e)^1/2, to 1e-9: SciPy's `eigvals` and this agree to 5e-13 on
 * covariances of 3,000 mixed features.
 */
import { expect, it } from 'vitest'
import { choleskyFactor } from '../../src/distributions/linearAlgebra/choleskyFactor.js'
import { nuclearNorm } from '../../src/distributions/linearAlgebra/nuclearNorm.js'
import { rowProducts, transposed, type Matrix } from '../../src/distributions/linearAlgebra/rowProducts.js'

const N = 2048

/** Q D Q^T: D - 2 (u (D u)^T + (D u) u^T) + 4 (u^T D u) u u^T. */
const turned = (diagonal: Float64Array): Matrix => {
  const length = Math.sqrt(Array.from({ length: N }, (_, i) => (1 + (i % 7)) ** 2).reduce((sum, x) => sum + x, 0))
  const u = Float64Array.from({ length: N }, (_, i) => (1 + (i % 7)) / length)
  const scaled = u.map((x, i) => x * diagonal[i]!)
  const along = u.reduce((sum, x, i) => sum + x * scaled[i]!, 0)
  const values = new Float64Array(N * N)
  for (let i = 0; i < N; i++)
    for (let j = 0; j < N; j++) values[i * N + j] = (i === j ? diagonal[i]! : 0) - 2 * (u[i]! * scaled[j]! + scaled[i]! * u[j]!) + 4 * along * u[i]! * u[j]!
  return { rows: N, columns: N, values }
}

it('finishes for 2048 features of full rank', { timeout: 600_000 }, () => {
  const [d, e] = [Float64Array.from({ length: N }, (_, i) => 1 / (1 + i)), Float64Array.from({ length: N }, (_, i) => 0.01 + ((i * 37) % 101) / 100)]
  const factors = [d, e].map((diagonal) => choleskyFactor(turned(diagonal)))
  expect(factors.map(({ columns }) => columns)).toEqual([N, N])
  const [a, b] = factors.map(transposed) as [Matrix, Matrix]
  const expected = d.reduce((sum, x, i) => sum + Math.sqrt(x * e[i]!), 0)
  expect(Math.abs(nuclearNorm(rowProducts(a, b)) / expected - 1)).toBeLessThan(1e-9)
})
