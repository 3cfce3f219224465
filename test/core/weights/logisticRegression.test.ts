/** The solver against SciPy, planted weights, and data that have no best weights. */
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitLogistic, type LogisticFit, type LogisticProblem } from '../../../src/core/weights/logisticRegression.js'
import { random } from '../../support/images.js'

/** Rows in [-2, 2], and fractions n / 8, from a seed. */
const data = (seed: number, count: number, columns: number) => {
  const next = random(seed)
  const rows = Array.from({ length: count }, () => Array.from({ length: columns }, () => (next() - 0.5) * 4))
  return { rows, noise: Array.from({ length: count }, () => Math.round(next() * 8) / 8) }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

const fit = (rows: readonly (readonly number[])[], fractions: readonly number[], ridge = 0): LogisticFit => {
  const found = fitLogistic(rows, fractions, ridge)
  if (E.isLeft(found)) throw new Error(found.left._tag)
  return found.right
}

const problemOf = (rows: readonly (readonly number[])[], fractions: readonly number[]): LogisticProblem | undefined => {
  const found = fitLogistic(rows, fractions, 0)
  return E.isLeft(found) ? found.left : undefined
}

/** SciPy 1.17.1: scipy.optimize.minimize of the same objective, L-BFGS-B with bounds and then trust-constr; its own tolerance leaves 1e-3 in a weight, 1e-7 in the value. */
const SCIPY = [
  { seed: 1, count: 40, columns: 3, planted: false, ridge: 0, weights: [0, 0, 0], crossEntropy: 0.6931471805599453 },
  {
    seed: 2,
    count: 60,
    columns: 5,
    planted: false,
    ridge: 0,
    weights: [0.006525926, 0.053907308, 0.036113879, 0, 0.162329886],
    crossEntropy: 0.6888812850636885,
  },
  {
    seed: 2,
    count: 60,
    columns: 5,
    planted: false,
    ridge: 0.1,
    weights: [0.007177653, 0.03782288, 0.019611503, 0, 0.113796731],
    crossEntropy: 0.6892665506864265,
  },
  { seed: 3, count: 30, columns: 4, planted: true, ridge: 0, weights: [1.337848322, 0.000795607, 0.385143216, 0.232343062], crossEntropy: 0.5282723465296112 },
  { seed: 3, count: 30, columns: 4, planted: true, ridge: 0.1, weights: [0.745811842, 0, 0.147497174, 0.098527518], crossEntropy: 0.555356306976183 },
]

describe('logistic regression with non-negative weights', () => {
  it.each(SCIPY)('is SciPy’s: seed $seed, ridge $ridge', ({ seed, count, columns, planted, ridge, weights, crossEntropy }) => {
    const { rows, noise } = data(seed, count, columns)
    const fractions = planted ? rows.map((row, k) => Math.min(1, Math.max(0, logistic(dot(row, [1.5, 0, 0.5, 0])) + ((noise[k] ?? 0) - 0.5) * 0.3))) : noise
    const found = fit(rows, fractions, ridge)
    found.weights.forEach((weight, i) => expect(Math.abs(weight - (weights[i] ?? 0))).toBeLessThan(2e-3))
    expect(Math.abs(found.crossEntropy - crossEntropy)).toBeLessThan(1e-6)
    expect(found.kkt).toBeLessThan(1e-9)
    expect(Math.abs(found.gap)).toBeLessThan(1e-9)
  })

  it('recovers planted weights, zeros among them, to 1e-6', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 }), (seed, eighths) => {
        const planted = eighths.map((n) => n / 8)
        const { rows } = data(seed, 40, planted.length)
        const found = fit(
          rows,
          rows.map((row) => logistic(dot(row, planted))),
        )
        return found.weights.every((weight, i) => Math.abs(weight - (planted[i] ?? 0)) < 1e-6) && found.kkt < 1e-9 && Math.abs(found.gap) < 1e-9
      }),
    )
  })

  it('finds no better weights near by, whatever the judgments', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 2 }), (seed, k) => {
        const { rows, noise } = data(seed, 25, 3)
        const found = fitLogistic(rows, noise, 0)
        if (E.isLeft(found)) return found.left._tag === 'Unbounded'
        const entropy = (w: readonly number[]) =>
          rows.reduce((sum, row, i) => {
            const z = dot(row, w)
            return sum + Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - (noise[i] ?? 0) * z
          }, 0) / rows.length
        const moved = [-1e-3, 1e-3].map((by) => found.right.weights.map((w, i) => (i === k ? Math.max(0, w + by) : w)))
        return moved.every((w) => entropy(w) >= found.right.crossEntropy - 1e-12)
      }),
    )
  })

  it('says that unanimous judgments that one weight explains have no best weight', () => {
    expect(problemOf([[1], [2], [-1]], [1, 1, 0])).toEqual({ _tag: 'Unbounded', terms: [0] })
    expect(
      problemOf(
        [
          [1, 0.3],
          [2, -0.2],
          [-1, 0.7],
        ],
        [1, 1, 0],
      ),
    ).toMatchObject({ _tag: 'Unbounded' })
    // Only the second column separates, and the first is torn.
    expect(
      problemOf(
        [
          [1, 1],
          [-1, 1],
          [1, 0],
          [1, 0],
        ],
        [1, 1, 0.3, 0.9],
      ),
    ).toEqual({ _tag: 'Unbounded', terms: [1] })
  })

  it('has a best weight where one judgment of many contradicts, or the explanation would be negative', () => {
    expect(problemOf([[1], [2], [1]], [1, 1, 0])).toBeUndefined()
    expect(fit([[1], [2], [-1]], [0, 0, 1]).weights).toEqual([0])
    expect(fit([[1], [2], [-1]], [1, 1, 0], 1e-2).weights[0]).toBeGreaterThan(0.5)
  })

  it('says which columns are constant or depend on others', () => {
    expect(
      problemOf(
        [
          [1, 0],
          [2, 0],
        ],
        [0.5, 0.7],
      ),
    ).toEqual({ _tag: 'Constant', term: 1 })
    expect(
      problemOf(
        [
          [1, 2],
          [2, 4],
          [3, 6],
        ],
        [0.5, 0.7, 0.9],
      ),
    ).toEqual({ _tag: 'Undetermined', terms: [0, 1] })
    expect(problemOf([[1, 2]], [0.7])).toMatchObject({ _tag: 'Undetermined' })
  })

  it('takes one judgment of one term: its weight gives exactly that fraction', () => {
    const { weights, kkt, gap } = fit([[0.5]], [0.8])
    expect(weights[0]).toBeCloseTo(Math.log(4) / 0.5, 8)
    expect(kkt).toBeLessThan(1e-9)
    expect(Math.abs(gap)).toBeLessThan(1e-9)
  })
})
