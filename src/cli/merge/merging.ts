/**
 * Adds up lines: results and reports to one report, features and statistics to one statistics.
 *
 * Law: what they add up to does not depend on the order of the lines, nor on their files.
 */
import { either as E } from 'fp-ts'
import { statisticsMonoid, tryDecodeStatistics, type FeatureStatistics } from '../../distributions/index.js'
import { LossException, type LossError } from '../../index.js'
import { reportMonoid, reportOf, tryDecodeReport, tryDecodeResult, type Report } from '../../reports/index.js'
import { featuresOfLine, statisticsOfLines, type ReadFeatures } from '../distance/featureLines.js'

/** What lines add up to. */
export interface Merged {
  readonly report: Report
  /** undefined where no line has features. */
  readonly statistics: FeatureStatistics | undefined
}

export interface Merging {
  /** Adds a line; `place` names it in errors. */
  readonly add: (text: string, place: string) => void
  readonly merged: () => Merged
}

/** Features are added this many at a time: a sum of statistics copies a covariance. */
const TOGETHER = 64

/** Starts with nothing; `tell` is called with what is skipped. */
export const merging = (sample: number, tell: (words: string) => void): Merging => {
  let [report, statistics]: [Report, FeatureStatistics | undefined] = [reportMonoid.empty, undefined]
  let waiting: ReadFeatures[] = []
  const addSum = (more: FeatureStatistics): void => {
    statistics = statisticsMonoid.concat(statistics ?? statisticsMonoid.empty, more)
  }
  const flush = (): void => {
    if (waiting.length > 0) addSum(statisticsOfLines(waiting, sample))
    waiting = []
  }
  const addFeatures = (features: ReadFeatures): void => {
    const [first] = waiting
    const [of, dimension] = first === undefined ? [statistics?.of, statistics?.dimension] : [first.of, first.rows[0]?.length]
    const isOther = of !== undefined && (of !== features.of || dimension !== features.rows[0]?.length)
    if (waiting.length >= TOGETHER || isOther) flush()
    waiting.push(features)
    // Refused at its own line.
    if (isOther) flush()
  }
  const add = (text: string, place: string): void => {
    if (text.trim() === '') return
    const value = parsed(text)
    // A line that was cut off when its process ended has no result.
    if (value === undefined && text.startsWith('{')) tell(`${place} was cut off; skipping it.`)
    else
      placing(place, () => {
        const features = featuresOfLine(value)
        if (features !== undefined) addFeatures(right(features))
        else if (isStatistics(value)) {
          flush()
          addSum(right(tryDecodeStatistics(value)))
        } else report = reportMonoid.concat(report, right(reportOfValue(value)))
      })
  }
  return {
    add,
    merged: () => {
      flush()
      if (statistics !== undefined && report.measured > 0)
        throw new LossException({
          _tag: 'BadArgument',
          name: 'The results',
          received: 'scores of pairs and features of pictures',
          expected: 'files of one kind',
        })
      return { report, statistics }
    },
  }
}

const reportOfValue = (value: unknown): E.Either<LossError, Report> =>
  typeof value === 'object' && value !== null && 'id' in value ? E.map(reportOf)(tryDecodeResult(value)) : tryDecodeReport(value)

const isStatistics = (value: unknown): boolean => typeof value === 'object' && value !== null && 'products' in value

const right = <A>(result: E.Either<LossError, A>): A => {
  if (E.isLeft(result)) throw new LossException(result.left)
  return result.right
}

/** Names the line in the error. */
const placing = (place: string, work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (!(error instanceof LossException) || error.error._tag !== 'BadArgument') throw error
    throw new LossException({ ...error.error, name: `${place}: ${error.error.name}` })
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
