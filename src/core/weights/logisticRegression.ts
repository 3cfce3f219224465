/**
 * Logistic regression with non-negative weights and no intercept, solved to a certificate; on plain numbers.
 *
 * Minimizes the mean cross-entropy of logistic(x . w) against fractions, plus ridge / 2 |w|² in standardized units (each column over its root mean square).
 */
import { either as E } from 'fp-ts'
import { dot, solve } from './linearAlgebra.js'
import { separatingDirection } from './separatingDirection.js'

/** The best weights. */
export interface LogisticFit {
  readonly weights: readonly number[]
  readonly crossEntropy: number
  readonly agreement: number
  readonly kkt: number
  readonly gap: number
  readonly iterations: number
}

/** Why there is no solution, with the columns involved. */
export type LogisticProblem =
  | { readonly _tag: 'Constant'; readonly term: number }
  | { readonly _tag: 'Undetermined'; readonly terms: readonly number[] }
  | { readonly _tag: 'Unbounded'; readonly terms: readonly number[] }
  | { readonly _tag: 'NotConverged'; readonly kkt: number }

type Rows = readonly (readonly number[])[]

/** The tolerance of the KKT residual, in standardized units. */
const TOLERANCE = 1e-9
const ITERATIONS = 200

/** Fits; a Left if the optimum is not unique. */
export const fitLogistic = (rows: Rows, fractions: readonly number[], ridge: number): E.Either<LogisticProblem, LogisticFit> => {
  const scales = columns(rows).map((column) => Math.sqrt(dot(column, column) / rows.length))
  const constant = scales.indexOf(0)
  if (constant >= 0 && ridge === 0) return E.left({ _tag: 'Constant', term: constant })
  const standard = rows.map((row) => row.map((value, i) => value / (scales[i] === 0 ? 1 : (scales[i] ?? 1))))
  const problem = ridge === 0 ? (undetermined(standard) ?? unbounded(standard, fractions)) : undefined
  if (problem !== undefined) return E.left(problem)
  const found = minimize(standard, fractions, ridge)
  if (found.kkt > TOLERANCE) return E.left({ _tag: 'NotConverged', kkt: found.kkt })
  const logits = standard.map((row) => dot(row, found.weights))
  return E.right({
    weights: found.weights.map((weight, i) => weight / (scales[i] === 0 ? 1 : (scales[i] ?? 1))),
    crossEntropy: crossEntropy(logits, fractions),
    agreement: mean(logits.map((z, k) => (z > 0 ? (fractions[k] ?? 0) : z < 0 ? 1 - (fractions[k] ?? 0) : 0.5))),
    kkt: found.kkt,
    gap: objective(standard, fractions, ridge, found.weights) - dualBound(standard, fractions, ridge, found.weights),
    iterations: found.iterations,
  })
}

const columns = (rows: Rows): Rows => (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? 0))

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** log(1 + eᶻ). */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))

const logistic = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)))

const crossEntropy = (logits: readonly number[], fractions: readonly number[]): number => mean(logits.map((z, k) => softplus(z) - (fractions[k] ?? 0) * z))

const objective = (rows: Rows, fractions: readonly number[], ridge: number, w: readonly number[]): number =>
  crossEntropy(
    rows.map((row) => dot(row, w)),
    fractions,
  ) +
  (ridge / 2) * dot(w, w)

/** The slope of the mean cross-entropy, from what is predicted. */
const slope = (rows: Rows, predicted: readonly number[], fractions: readonly number[]): readonly number[] =>
  columns(rows).map((column) => mean(column.map((value, k) => value * ((predicted[k] ?? 0) - (fractions[k] ?? 0)))))

/** Projected Newton steps (Bertsekas, 1982): on the weights that are free, cut at 0, shortened until the objective falls. */
const minimize = (rows: Rows, fractions: readonly number[], ridge: number) => {
  let w: readonly number[] = (rows[0] ?? []).map(() => 0)
  for (let iterations = 0; ; iterations++) {
    const predicted = rows.map((row) => logistic(dot(row, w)))
    const g = slope(rows, predicted, fractions).map((value, i) => value + ridge * (w[i] ?? 0))
    const kkt = Math.max(...g.map((value, i) => ((w[i] ?? 0) > 0 ? Math.abs(value) : Math.max(0, -value))))
    const next = kkt <= TOLERANCE / 1e4 || iterations === ITERATIONS ? undefined : step(rows, fractions, ridge, w, predicted, g)
    if (next === undefined) return { weights: w, kkt, iterations }
    w = next
  }
}

/** The next weights, or undefined where rounding leaves no better ones. */
const step = (rows: Rows, fractions: readonly number[], ridge: number, w: readonly number[], predicted: readonly number[], g: readonly number[]) => {
  const free = g.flatMap((value, i) => ((w[i] ?? 0) > 0 || value < 0 ? [i] : []))
  const curvature = predicted.map((q) => q * (1 - q))
  const hessian = free.map((i) =>
    free.map((j) => mean(rows.map((row, k) => (curvature[k] ?? 0) * (row[i] ?? 0) * (row[j] ?? 0))) + (i === j ? ridge + DAMPING : 0)),
  )
  const newton = solve(
    hessian,
    free.map((i) => -(g[i] ?? 0)),
  )
  if (newton === undefined) return undefined
  const before = objective(rows, fractions, ridge, w)
  for (let length = 1; length > 1e-12; length /= 2) {
    const moved = w.map((value, i) => (free.includes(i) ? Math.max(0, value + length * (newton[free.indexOf(i)] ?? 0)) : value))
    const predictedFall = dot(
      g,
      moved.map((value, i) => value - (w[i] ?? 0)),
    )
    if (predictedFall < 0 && objective(rows, fractions, ridge, moved) <= before + 1e-4 * predictedFall) return moved
  }
  return undefined
}

/** Keeps the Hessian invertible where every judgment is explained. */
const DAMPING = 1e-14

/**
 * A lower bound of the objective by duality: for any q in [0, 1], the mean entropy of q where the slope at q is nowhere negative; with a ridge, less what the
 * negative slopes cost. The predictions are such a q but for rounding, which is taken off first.
 */
const dualBound = (rows: Rows, fractions: readonly number[], ridge: number, w: readonly number[]): number => {
  const predicted = rows.map((row) => logistic(dot(row, w)))
  const lacking = slope(rows, predicted, fractions).map((value) => Math.max(0, -value))
  if (ridge > 0) return mean(predicted.map(entropy)) - dot(lacking, lacking) / (2 * ridge)
  const products = columns(rows).map((a) => columns(rows).map((b) => dot(a, b) / rows.length))
  const along = solve(products, lacking) ?? lacking.map(() => Number.NaN)
  const feasible = predicted.map((q, k) => q + dot(rows[k] ?? [], along))
  return feasible.every((q) => q >= 0 && q <= 1) ? mean(feasible.map(entropy)) : -Infinity
}

const entropy = (q: number): number => (q <= 0 || q >= 1 ? 0 : -q * Math.log(q) - (1 - q) * Math.log1p(-q))

/** Columns that are combinations of others. */
const undetermined = (rows: Rows): LogisticProblem | undefined => {
  const all = columns(rows)
  const dependent: number[] = []
  const basis: (readonly number[])[] = []
  all.forEach((column, i) => {
    const rest = [0, 1].reduce<readonly number[]>(
      (left) => basis.reduce<readonly number[]>((v, b) => v.map((value, k) => value - dot(left, b) * (b[k] ?? 0)), left),
      column,
    )
    const length = Math.sqrt(dot(rest, rest))
    if (length < INDEPENDENT * Math.sqrt(rows.length)) dependent.push(i)
    else basis.push(rest.map((value) => value / length))
  })
  const [first] = dependent
  return first === undefined
    ? undefined
    : { _tag: 'Undetermined', terms: dependent.length === all.length ? dependent : [...all.keys()].filter((i) => i <= first) }
}

/** float32 values that are proportional agree to about this. */
const INDEPENDENT = 1e-6

const unbounded = (rows: Rows, fractions: readonly number[]): LogisticProblem | undefined => {
  const direction = separatingDirection(rows, fractions)
  if (direction === undefined) return undefined
  const largest = Math.max(...direction)
  return { _tag: 'Unbounded', terms: direction.flatMap((value, i) => (value > 1e-6 * largest ? [i] : [])) }
}
