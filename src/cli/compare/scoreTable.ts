/** The table of scores, which fits the terminal. */
import Table from 'cli-table3'
import type { NamedLoss } from '../namedLosses.js'
import { printable } from '../printable.js'
import { widthOf } from '../wrapText.js'
import type { Measured } from './measurePairs.js'
import { commonFolder, shared, shortened } from './reportPaths.js'

/** A result, and which limits it exceeds. */
export interface Result extends Measured {
  readonly past: readonly string[]
}

const MARKS = '↓ lower, ↑ higher is more similar'

/** Narrower paths are unreadable; the scores are then listed below each pair. */
const NARROWEST = 12

/** A table that fits the terminal: full paths, or without their common folder, or shortened in the middle; a list if even that is too wide. */
export const scoreTable = (measured: readonly Result[], losses: readonly NamedLoss[], colours: boolean, columns: number): string => {
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

/** A score with the digits that matter. */
export const digits = (name: string, value: number | undefined): string => {
  if (value === undefined) return '-'
  if (value === Infinity) return '∞'
  if (name === 'psnr') return value.toFixed(2)
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : Math.abs(value) < 100 ? value.toFixed(4) : String(Number(value.toPrecision(6)))
}

const striking = (text: string, colours: boolean): string => (colours ? `\u001B[31m${text}\u001B[39m` : `${text} !`)
