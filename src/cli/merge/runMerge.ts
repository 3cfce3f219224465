/** Merges files of results and reports into one report. */
import { createReadStream } from 'node:fs'
import { either as E } from 'fp-ts'
import { LossException, type LossError } from '../../index.js'
import { tryDecodeReport, tryDecodeResult, encodeReport, reportMonoid, reportOf, type Report } from '../../reports/index.js'
import { reasonOf } from '../../node/reason.js'
import { shownWhile } from '../activity.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { linesOf, type Line } from '../worker/lines.js'
import { tableOf } from './reportTable.js'

/** Prints the merged report of the files as one line of JSON or as a table. */
export const mergeFiles = async (files: readonly string[], json: boolean, output: Output): Promise<void> => {
  const report = await shownWhile(output, async (say) => {
    let whole = reportMonoid.empty
    for (const file of files) whole = reportMonoid.concat(whole, await reportIn(file, output, say))
    return whole
  })
  output.out(json ? printable(JSON.stringify(encodeReport(report))) : tableOf(report, output))
}

/** In lines. */
const SHOWN_EVERY = 1000

const reportIn = async (file: string, output: Output, say: (words: string) => void): Promise<Report> => {
  const pieces = file === '-' ? process.stdin.setEncoding('utf8') : createReadStream(file, 'utf8')
  let [report, number] = [reportMonoid.empty, 0]
  try {
    for await (const line of linesOf(pieces)) {
      number++
      if (number % SHOWN_EVERY === 1) say(`${file}, line ${String(number)}`)
      report = reportMonoid.concat(report, reportOfLine(line, `${file}, line ${String(number)}`, output))
    }
  } catch (error) {
    if (error instanceof LossException) throw error
    throw new Error(`The results ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  return report
}

/** A line that was cut off when its process ended has no result: it is reported and skipped. */
const reportOfLine = ({ text }: Line, place: string, output: Output): Report => {
  if (text.trim() === '') return reportMonoid.empty
  const value = parsed(text)
  if (value === undefined && text.startsWith('{')) {
    output.err(`perceptual-loss: ${place} was cut off; skipping it.`)
    return reportMonoid.empty
  }
  const found = typeof value === 'object' && value !== null && 'id' in value ? E.map(reportOf)(tryDecodeResult(value)) : tryDecodeReport(value)
  if (E.isLeft(found)) throw new LossException(placed(found.left, place))
  return found.right
}

const placed = (error: LossError, place: string): LossError => (error._tag === 'BadArgument' ? { ...error, name: `${place}: ${error.name}` } : error)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
