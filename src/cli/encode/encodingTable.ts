/** What a search found, as a table, JSON or CSV. */
import Table from 'cli-table3'
import papaparse from 'papaparse'
import { jsonScore } from '../compare/jsonScore.js'
import type { Format } from '../compare/printScores.js'
import { digits } from '../compare/scoreTable.js'
import type { NamedLoss } from '../namedLosses.js'
import { printable } from '../printable.js'
import { titleOf, type FormatResult } from './encoders.js'

const recordOf = ({ name, best, isSmallest, encodings }: FormatResult, { name: loss }: NamedLoss): Readonly<Record<string, unknown>> => ({
  format: name,
  quality: best?.quality ?? null,
  bytes: best?.bytes.length ?? null,
  [loss]: jsonScore(best?.value) ?? null,
  smallest: best !== undefined && isSmallest,
  encodings,
})

const json = (found: readonly FormatResult[], loss: NamedLoss): string =>
  JSON.stringify(
    found.map((one) => recordOf(one, loss)),
    null,
    2,
  )

const csv = (found: readonly FormatResult[], loss: NamedLoss): string => {
  const records = found.map((one) => recordOf(one, loss))
  return papaparse.unparse(records, { newline: '\n', escapeFormulae: true })
}

const table = (found: readonly FormatResult[], { title, name, similarity }: NamedLoss): string => {
  const text = new Table({
    head: ['format', 'quality', 'bytes', `${printable(title)} ${similarity ? '↑' : '↓'}`],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name: format, best } of found) {
    const cells = best === undefined ? ['-', '-', '-'] : [String(best.quality), String(best.bytes.length), digits(name, best.value)]
    text.push([titleOf(format), ...cells])
  }
  return text.toString()
}

/** The results in this format; each row is a picture format's. */
export const printedEncodings: Readonly<Record<Format, (found: readonly FormatResult[], loss: NamedLoss) => string>> = { table, csv, json }
