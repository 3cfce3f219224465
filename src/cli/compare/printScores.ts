/** The results of a comparison as a table, as CSV or as JSON. */
import Table from 'cli-table3'
import papaparse from 'papaparse'
import type { NamedLoss } from '../namedLosses.js'
import type { Output } from '../output.js'
import { printable, printableLines } from '../printable.js'
import { widthOf } from '../wrapText.js'
import type { Measured } from './measurePair.js'
import { jsonScore } from './jsonScore.js'
import type { Pair } from './pairs.js'
import { commonFolder, shared, shortened } from './reportPaths.js'

/** A result, and which limits it exceeds. */
export interface Result extends Measured {
  readonly past: readonly string[]
}

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
      if (results.length > 0) out(tableOf(results, losses, colours, columns))
    },
  }
}

const PRINTERS: Readonly<Record<Format, (losses: readonly NamedLoss[], output: Output) => Printer>> = { table, csv, json }

const MARKS = '↓ lower, ↑ higher is more similar'

/** Narrower paths are unreadable; the scores are then listed below each pair. */
const NARROWEST = 12

/** A table that fits the terminal: full paths, or without their common folder, or shortened in the middle; a list if even that is too wide. */
const tableOf = (measured: readonly Result[], losses: readonly NamedLoss[], colours: boolean, columns: number): string => {
  const results = measured.map((result) => ({ ...result, reference: printable(result.reference), picture: printable(result.picture) }))
  const whole = gridOf(results, losses, colours)
  if (widthOf(whole) <= columns) return `${whole}\n${MARKS}`
  const folder = commonFolder(results.flatMap(({ reference, picture }) => [reference, picture]))
  const inside = results.map((result) => ({ ...result, reference: within(folder, result.reference), picture: within(folder, result.picture) }))
  const [first, second] = (['reference', 'picture'] as const).map((side) => Math.max(side.length, ...inside.map((result) => result[side].length)))
  const room = columns - (widthOf(gridOf(inside, losses, colours)) - (first ?? 0) - (second ?? 0))
  if (room < 2 * NARROWEST) return listOf(results, losses, colours, columns)
  const [left, right] = shared(first ?? 0, second ?? 0, room)
  const short = inside.map((result) => ({ ...result, reference: shortened(result.reference, left), picture: shortened(result.picture, right) }))
  return [...(folder === '' ? [] : [`in ${shortened(folder, columns - 3)}`]), gridOf(short, losses, colours), MARKS].join('\n')
}

const within = (folder: string, path: string): string => (folder === '' ? path : path.slice(folder.length + 1))

const listOf = (results: readonly Result[], losses: readonly NamedLoss[], colours: boolean, columns: number): string => {
  const title = Math.max(...losses.map((loss) => loss.title.length)) + 2
  const blocks = results.map((result) => [
    ...[result.reference, result.picture].map((path) => shortened(path, columns)),
    ...losses.map((loss) => `  ${titleOf(loss).padEnd(title)}  ${cellOf(result, loss, colours)}`),
  ])
  const means =
    results.length === 1 ? [] : [`mean of ${String(results.length)}`, ...losses.map((loss) => `  ${titleOf(loss).padEnd(title)}  ${meanOf(results, loss)}`)]
  return [...blocks.flat(), ...means, MARKS].join('\n')
}

const titleOf = ({ title, similarity }: NamedLoss): string => `${printable(title)} ${similarity ? '↑' : '↓'}`

const cellOf = ({ scores, past }: Result, { name }: NamedLoss, colours: boolean): string =>
  past.some((words) => words.startsWith(`${name} `)) ? striking(digits(name, scores[name]), colours) : digits(name, scores[name])

const meanOf = (results: readonly Result[], { name }: NamedLoss): string => digits(name, mean(results.map(({ scores }) => scores[name])))

const gridOf = (results: readonly Result[], losses: readonly NamedLoss[], colours: boolean): string => {
  const text = new Table({
    head: ['reference', 'picture', ...losses.map(titleOf)],
    colAligns: ['left', 'left', ...losses.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  })
  for (const result of results) text.push([result.reference, result.picture, ...losses.map((loss) => cellOf(result, loss, colours))])
  if (results.length > 1) text.push([`mean of ${String(results.length)}`, '', ...losses.map((loss) => meanOf(results, loss))])
  return text.toString()
}

/** The mean of the measured scores. */
const mean = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}

const digits = (name: string, value: number | undefined): string => {
  if (value === undefined) return '-'
  if (value === Infinity) return '∞'
  if (name === 'psnr') return value.toFixed(2)
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : Math.abs(value) < 100 ? value.toFixed(4) : String(Number(value.toPrecision(6)))
}

const striking = (text: string, colours: boolean): string => (colours ? `\u001B[31m${text}\u001B[39m` : `${text} !`)
