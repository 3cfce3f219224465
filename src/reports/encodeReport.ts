/** Encodes a report as JSON: exact sums as text, and derived numbers for people. */
import { aRecordOf, checkArgument } from '../core/arguments/guards.js'
import { toText } from './dyadic.js'
import type { FailureSummary, Report } from './report.js'
import { statistics, type Scored, type ScoreSummary } from './summary.js'

/** A score of a report as JSON. Mean and variance are for people, derived from the exact sums. */
export interface ScoreJson {
  readonly count: number
  /** The number of infinite values (the PSNR of identical pictures), if any; the exact sums exclude them. */
  readonly infinite?: number
  /** 'Infinity' with any infinite score. */
  readonly mean: ScoreValueJson
  /** null with any infinite score. */
  readonly variance: number | null
  /** Exact: '3p-1' is 3 * 2^-1. */
  readonly sum: string
  readonly squares: string
  readonly lowest: readonly ScoredJson[]
  readonly highest: readonly ScoredJson[]
}

/** A score; JSON has no number for Infinity. */
export type ScoreValueJson = number | 'Infinity'

/** A pair's score, as JSON. */
export interface ScoredJson {
  readonly id: string
  readonly value: ScoreValueJson
}

/** A report as JSON. */
export interface ReportDocument {
  readonly version: 1
  readonly measured: number
  readonly failures: Readonly<Record<string, FailureSummary>>
  readonly scores: Readonly<Record<string, ScoreJson>>
}

/**
 * Encodes a report as JSON; equal reports have equal text.
 *
 * @example await writeFile('part-7.json', JSON.stringify(encodeReport(report)))
 */
export const encodeReport = (report: Report): ReportDocument => {
  checkArgument('The report', report, aRecordOf('the result of reportOf', 'measured', 'failures', 'scores'))
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
  const { count, infinite, sum, squares, lowest, highest } = summary
  const ends = { lowest: lowest.map(plain), highest: highest.map(plain) }
  if (infinite > 0) return { count, infinite, mean: json(mean), variance: null, sum: toText(sum), squares: toText(squares), ...ends }
  return { count, mean, variance, sum: toText(sum), squares: toText(squares), ...ends }
}

const plain = ({ id, value }: Scored): ScoredJson => ({ id, value: json(value) })

const json = (value: number): ScoreValueJson => (value === Infinity ? 'Infinity' : value)

const sorted = <A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, f(value)]),
  )
