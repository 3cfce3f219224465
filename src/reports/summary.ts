/**
 * The summary of one score over many pairs: their number, exact sums, and the extreme pairs.
 *
 * Laws: a commutative monoid, bit for bit. Sums are exact (`dyadic.ts`) rather than compensated or merged as Chan's and Welford's means and squares are, whose last bits
 * depend on the order.
 */
import { aRecordOf, checkArgument } from '../core/arguments/guards.js'
import { monoid as M, number as N } from 'fp-ts'
import { dyadic, dyadicMonoid, multiply, quotient, subtract, type Dyadic } from './dyadic.js'

/** A pair's score. */
export interface Scored {
  readonly id: string
  readonly value: number
}

/** One score over many pairs. */
export interface ScoreSummary {
  readonly count: number
  /** The number of infinite values (the PSNR of identical pictures); the sums exclude them. */
  readonly infinite: number
  /** The exact sum of the values. */
  readonly sum: Dyadic
  /** The exact sum of their squares. */
  readonly squares: Dyadic
  /** The pairs with the smallest values, smallest first; ten at most. */
  readonly lowest: readonly Scored[]
  /** Those with the largest, largest first. */
  readonly highest: readonly Scored[]
}

/** How many pairs are kept at each end. */
const ENDS = 10

/** The first ones in a total order, independent of the input order. */
const first = (order: (a: Scored, b: Scored) => number): M.Monoid<readonly Scored[]> => ({
  concat: (a, b) => {
    const [last, next] = [a.at(-1), b[0]]
    if (next === undefined || (a.length === ENDS && last !== undefined && order(last, next) <= 0)) return a
    return [...a, ...b].sort(order).slice(0, ENDS)
  },
  empty: [],
})

/** Infinity less Infinity is no number. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const byId = (a: Scored, b: Scored): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Adds summaries of one score. */
export const summaryMonoid: M.Monoid<ScoreSummary> = M.struct({
  count: N.MonoidSum,
  infinite: N.MonoidSum,
  sum: dyadicMonoid,
  squares: dyadicMonoid,
  lowest: first((a, b) => ascending(a.value, b.value) || byId(a, b)),
  highest: first((a, b) => ascending(b.value, a.value) || byId(a, b)),
})

/** The summary of one pair's score, finite or Infinity. */
export const summaryOf = (id: string, score: number): ScoreSummary => {
  // There is one zero: -0 and 0 would be equal in order and differ in their bits.
  const value = score === 0 ? 0 : score
  const infinite = value === Infinity ? 1 : 0
  const [sum, ends] = [dyadic(infinite === 1 ? 0 : value), [{ id, value }]]
  return { count: 1, infinite, sum, squares: multiply(sum, sum), lowest: ends, highest: ends }
}

/** Statistics of a score over many pairs; all NaN without pairs. With infinite values the mean is Infinity and the variance NaN, as in numpy. */
export interface Statistics {
  readonly mean: number
  /** The mean squared distance from the mean (numpy.var). */
  readonly variance: number
  readonly min: number
  readonly max: number
}

/**
 * Returns the mean, variance, smallest and largest value of a score; each is the double nearest to the exact number.
 *
 * @example Object.entries(report.scores).map(([name, scores]) => [name, statistics(scores).mean])
 */
export const statistics = (summary: ScoreSummary): Statistics => {
  checkArgument('The argument of statistics', summary, aRecordOf('a score of a report: report.scores[name]', 'count', 'sum', 'squares', 'lowest', 'highest'))
  const { count, infinite, sum, squares, lowest, highest } = summary
  if (count === 0) return { mean: Number.NaN, variance: Number.NaN, min: Number.NaN, max: Number.NaN }
  const n = BigInt(count)
  const spread = subtract(multiply(squares, dyadic(count)), multiply(sum, sum))
  const ends = { min: lowest[0]?.value ?? Number.NaN, max: highest[0]?.value ?? Number.NaN }
  if (infinite > 0) return { mean: Infinity, variance: Number.NaN, ...ends }
  return { mean: quotient(sum, n), variance: quotient(spread, n * n), ...ends }
}
