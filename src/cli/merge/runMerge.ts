/** Merges files of results and reports into one report, and files of features and statistics into one statistics. */
import { createReadStream } from 'node:fs'
import { encodeStatistics } from '../../distributions/index.js'
import { LossException } from '../../index.js'
import { encodeReport } from '../../reports/index.js'
import { reasonOf } from '../../node/reason.js'
import { shownWhile } from '../activity.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { linesOf, LONGEST_OF_FEATURES } from '../worker/lines.js'
import { merging, type Merged } from './merging.js'
import { tableOf } from './reportTable.js'

/** How results are merged and printed. */
interface MergeOptions {
  readonly json: boolean
  /** How many features the sample of statistics holds at most. */
  readonly sample: number
}

/** Prints what the files add up to, as one line of JSON or as a table. */
export const mergeFiles = async (files: readonly string[], { json, sample }: MergeOptions, output: Output): Promise<void> => {
  const all = await shownWhile(output, async (say) => {
    const sum = merging(sample, (words) => output.err(`perceptual-loss: ${words}`))
    for (const file of files) await addFile(file, sum.add, say)
    return sum.merged()
  })
  print(all, json, output)
}

/** In lines. */
const SHOWN_EVERY = 1000

const addFile = async (file: string, add: (text: string, place: string) => void, say: (words: string) => void): Promise<void> => {
  const pieces = file === '-' ? process.stdin.setEncoding('utf8') : createReadStream(file, 'utf8')
  let number = 0
  try {
    for await (const { text } of linesOf(pieces, LONGEST_OF_FEATURES)) {
      number++
      if (number % SHOWN_EVERY === 1) say(`${file}, line ${String(number)}`)
      add(text, `${file}, line ${String(number)}`)
    }
  } catch (error) {
    if (error instanceof LossException) throw error
    throw new Error(`The results ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
}

const print = ({ report, statistics }: Merged, json: boolean, output: Output): void => {
  if (statistics === undefined) {
    output.out(json ? printable(JSON.stringify(encodeReport(report))) : tableOf(report, output))
    return
  }
  for (const [tag, { count, ids }] of Object.entries(report.failures))
    output.err(`perceptual-loss: ${String(count)} picture${count === 1 ? '' : 's'} failed with ${tag}: ${ids.join(', ')}${count > ids.length ? ', ...' : ''}`)
  const { count, dimension, of, sample } = statistics
  const words = `${String(count)} features of ${String(dimension)} numbers, a sample of ${String(sample.features.length)}; ${of}`
  output.out(printable(json ? JSON.stringify(encodeStatistics(statistics)) : words))
}
