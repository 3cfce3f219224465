/** The results of a comparison as a table, as CSV or as JSON. */
import papaparse from 'papaparse'
import type { NamedLoss } from '../namedLosses.js'
import type { Output } from '../output.js'
import { printable, printableLines } from '../printable.js'
import { jsonScore } from './jsonScore.js'
import type { Pair } from './pairs.js'
import { scoreTable, type Result } from './scoreTable.js'

/** A pair that could not be compared, and why. */
export interface Failed extends Pair {
  /** The tag is that of a `LossError`. */
  readonly error: { readonly tag: string; readonly message: string }
}

/** Prints each result when it is ready; `end` prints the rest. */
export interface Printer {
  readonly result: (result: Result | Failed) => void
  readonly end: () => void
}

export type Format = 'table' | 'csv' | 'json'

/** A printer for a format. CSV is printed line by line, the others at the end. */
export const printer = (format: Format, losses: readonly NamedLoss[], output: Output): Printer => PRINTERS[format](losses, output)

const json = (_: readonly NamedLoss[], { out }: Output): Printer => {
  const results: unknown[] = []
  return {
    result: (result) => {
      const { reference, picture } = result
      if ('error' in result) results.push({ reference, picture, error: result.error })
      else results.push({ reference, picture, height: result.height, width: result.width, scores: result.scores, past: result.past })
    },
    end: () => {
      out(printableLines(JSON.stringify(results, (_, value: unknown) => jsonScore(value), 2)))
    },
  }
}

const csv = (losses: readonly NamedLoss[], { out }: Output): Printer => {
  const line = (cells: readonly unknown[]): void => {
    const texts = cells.map((cell) => (typeof cell === 'string' ? printable(cell) : cell))
    // A cell that begins like a formula gets an apostrophe, as OWASP advises; numbers stay numbers.
    out(papaparse.unparse([texts], { newline: '\n', escapeFormulae: true }))
  }
  line(['reference', 'picture', ...losses.map(({ name }) => name), 'error'])
  return {
    result: (result) => {
      const [scores, error] = 'error' in result ? [{}, result.error.message] : [result.scores, '']
      line([result.reference, result.picture, ...losses.map(({ name }) => scores[name]), error])
    },
    end: () => undefined,
  }
}

const table = (losses: readonly NamedLoss[], { out, colours, columns = Infinity }: Output): Printer => {
  const results: Result[] = []
  return {
    result: (result) => {
      if ('scores' in result) results.push(result)
    },
    end: () => {
      if (results.length > 0) out(scoreTable(results, losses, colours, columns))
    },
  }
}

const PRINTERS: Readonly<Record<Format, (losses: readonly NamedLoss[], output: Output) => Printer>> = { table, csv, json }
