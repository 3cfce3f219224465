/** A report as a table for people. */
import Table from 'cli-table3'
import { statistics, type Report, type ScoreSummary } from '../../index.js'
import { isSimilarity } from '../losses.js'
import { printable } from '../printable.js'

/** The scores, a row each, and what failed. */
export const tableOf = ({ measured, failures, scores }: Report, colours: boolean): string => {
  const failed = Object.entries(failures).sort(([a], [b]) => (a < b ? -1 : 1))
  const all = failed.reduce((sum, [, { count }]) => sum + count, measured)
  const rows = Object.entries(scores).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    `${String(all)} pair${all === 1 ? '' : 's'}, ${String(all - measured)} of them failed`,
    ...failed.map(([tag, { count, ids }]) => `  ${String(count)} ${printable(tag)}: ${ids.map(printable).join(', ')}${count > ids.length ? ', ...' : ''}`),
    ...(rows.length === 0 ? [] : [scoreTable(rows, colours)]),
  ].join('\n')
}

const scoreTable = (rows: readonly (readonly [string, ScoreSummary])[], colours: boolean): string => {
  const table = new Table({
    head: ['', 'pairs', 'mean', 'sd', 'min', 'max', 'worst'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: colours ? ['bold'] : [], border: [], compact: true },
  })
  for (const [name, summary] of rows) {
    const { mean, variance, min, max } = statistics(summary)
    const worst = (isSimilarity(name) ? summary.lowest : summary.highest)[0]?.id ?? ''
    table.push([
      `${printable(name)} ${isSimilarity(name) ? '↑' : '↓'}`,
      String(summary.count),
      ...[mean, Math.sqrt(variance), min, max].map(digits),
      printable(worst),
    ])
  }
  return `${table.toString()}\n↓ the smaller, the more alike; ↑ the larger`
}

const digits = (value: number): string => (value === Infinity ? '∞' : Number.isNaN(value) ? '-' : String(Number(value.toPrecision(5))))
