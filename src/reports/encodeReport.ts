/** A report as JSON: the exact sums as text, and for people the numbers that follow from them. */
import { aRecordOf, needArgument } from '../core/need.js'
import { toText } from './dyadic.js'
import type { FailureSummary, Report } from './report.js'
import { statistics, type Scored, type ScoreSummary } from './summary.js'

/** A score of a report, as JSON. Mean and variance are for people; the exact sums say all. */
export interface ScoreJson {
  readonly count: number
  readonly mean: number
  readonly variance: number
  /** Exact: '3p-1' is 3 * 2^-1. */
  readonly sum: string
  readonly squares: string
  readonly lowest: readonly Scored[]
  readonly highest: readonly Scored[]
}

/** A report as JSON. */
export interface ReportDocument {
  readonly version: 1
  readonly measured: number
  readonly failures: Readonly<Record<string, FailureSummary>>
  readonly scores: Readonly<Record<string, ScoreJson>>
}

/**
 * A report as JSON; equal reports have equal text.
 *
 * @example await writeFile('part-7.json', JSON.stringify(encodeReport(report)))
 */
export const encodeReport = (report: Report): ReportDocument => {
  needArgument('The report', report, aRecordOf('what reportOf gives', 'measured', 'failures', 'scores'))
  const { measured, failures, scores } = report
  return {
    version: 1,
    measured,
    failures: sorted(failures, ({ count, ids }) => ({ count, ids })),
    scores: sorted(scores, scoreJson),
  }
}

const scoreJson = (summary: ScoreSummary): ScoreJson => {
  const { mean, variance } = statistics(summary)
  const { count, sum, squares, lowest, highest } = summary
  return { count, mean, variance, sum: toText(sum), squares: toText(squares), lowest: lowest.map(plain), highest: highest.map(plain) }
}

const plain = ({ id, value }: Scored): Scored => ({ id, value })

const sorted = <A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, f(value)]),
  )
