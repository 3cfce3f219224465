/**
 * Reports of many compared pairs, which merge: reports of parts from different machines combine into one report of the whole.
 *
 * Laws: a commutative monoid, bit for bit. concat(a, concat(b, c)) = concat(concat(a, b), c); concat(a, b) = concat(b, a); concat(a, empty) = a. So the result does not depend on how
 * pairs were distributed, nor on the order of the parts.
 */
import { aRecordOf, checkArgument } from '../core/arguments/guards.js'
import { monoid as M, number as N } from 'fp-ts'
import { byNameMonoid } from './byName.js'
import type { PairResult } from './result.js'
import { summaryMonoid, summaryOf, type ScoreSummary } from './summary.js'
import { isPlainRecord } from '../core/arguments/checkOptions.js'

/** Pairs that failed with the same error. */
export interface FailureSummary {
  readonly count: number
  /** The first in the order of their names; ten at most. */
  readonly ids: readonly string[]
}

/** Many compared pairs. */
export interface Report {
  /** How many pairs were compared. */
  readonly measured: number
  /** The failed pairs, by the error's tag (`LossError`). */
  readonly failures: Readonly<Record<string, FailureSummary>>
  /** By the score's name. A score counts only the pairs it could measure: some are too small for MS-SSIM. */
  readonly scores: Readonly<Record<string, ScoreSummary>>
}

const NAMED = 10

const idsMonoid: M.Monoid<readonly string[]> = { concat: (a, b) => [...a, ...b].sort().slice(0, NAMED), empty: [] }

const failureMonoid: M.Monoid<FailureSummary> = M.struct({ count: N.MonoidSum, ids: idsMonoid })

/**
 * Merges reports; `empty` is the report without pairs.
 *
 * @example const whole = parts.reduce(reportMonoid.concat, reportMonoid.empty)
 */
export const reportMonoid: M.Monoid<Report> = M.struct({
  measured: N.MonoidSum,
  failures: byNameMonoid(failureMonoid),
  scores: byNameMonoid(summaryMonoid),
})

/**
 * Returns the report of one pair.
 *
 * @example const report = results.map(reportOf).reduce(reportMonoid.concat, reportMonoid.empty)
 */
export const reportOf = (result: PairResult): Report => {
  checkArgument(
    'The result',
    result,
    isPlainRecord(result) && 'error' in result ? aRecordOf('a result', 'id', 'error') : aRecordOf('the result of decodeResult', 'id', 'scores'),
  )
  if ('error' in result) return { measured: 0, failures: { [result.error.tag]: { count: 1, ids: [result.id] } }, scores: {} }
  const known = Object.entries(result.scores).filter((entry): entry is [string, number] => entry[1] !== null)
  return { measured: 1, failures: {}, scores: Object.fromEntries(known.map(([name, value]) => [name, summaryOf(result.id, value)])) }
}
