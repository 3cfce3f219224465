/** A report as a table. */
import Table from 'cli-table3'
import { statistics, type Report, type ScoreSummary } from '../../reports/index.js'
import { shortened } from '../compare/reportPaths.js'
import { isSimilarity } from '../namedLosses.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { widthOf, wrapped } from '../wrapText.js'

/** The scores, one row each, and the failures. */
export const tableOf = ({ measured, failures, scores }: Report, { colours, columns }: Pick<Output, 'colours' | 'columns'>): string => {
  const failed = Object.entries(failures).sort(([a], [b]) => (a < b ? -1 : 1))
  const all = failed.reduce((sum, [, { count }]) => sum + count, measured)
  const rows = Object.entries(scores).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    `${String(all)} pair${all === 1 ? '' : 's'}, ${String(all - measured)} of them failed`,
    ...failed.map(([tag, { count, ids }]) => {
      const title = `  ${String(count)} ${printable(tag)}: `
      return `${title}${wrapped(`${ids.map(printable).join(', ')}${count > ids.length ? ', ...' : ''}`, columns, title.length)}`
    }),
    ...(rows.length === 0 ? [] : [fittingTable(rows, colours, columns)]),
  ].join('\n')
}

type Rows = readonly (readonly [string, ScoreSummary])[]

/** The table; if it is too wide, the ids of the worst pairs are shortened in the middle. */
const fittingTable = (rows: Rows, colours: boolean, columns = Infinity): string => {
  const whole = scoreTable(rows, colours, Infinity)
  const tooMany = widthOf(whole) - columns
  if (tooMany <= 0) return whole
  const longest = Math.max(...rows.map((row) => worstOf(row).length))
  return scoreTable(rows, colours, Math.max(NARROWEST, longest - tooMany))
}

const NARROWEST = 8

/** The id of the pair that differs most. */
const worstOf = ([name, { lowest, highest }]: Rows[number]): string => printable((isSimilarity(name) ? lowest : highest)[0]?.id ?? '')

const scoreTable = (rows: Rows, colours: boolean, room: number): string => {
  const table = new Table({
    head: ['', 'pairs', 'mean', 'sd', 'min', 'max', 'worst'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: colours ? ['bold'] : [], border: [], compact: true },
  })
  for (const [name, summary] of rows) {
    const { mean, variance, min, max } = statistics(summary)
    table.push([
      `${printable(name)} ${isSimilarity(name) ? '↑' : '↓'}`,
      String(summary.count),
      ...[mean, Math.sqrt(variance), min, max].map(digits),
      shortened(worstOf([name, summary]), room),
    ])
  }
  return `${table.toString()}\n↓ lower, ↑ higher is more similar`
}

const digits = (value: number): string => (value === Infinity ? '∞' : Number.isNaN(value) ? '-' : String(Number(value.toPrecision(5))))
