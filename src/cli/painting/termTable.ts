/** The terms of the loss before and after, as a table. */
import Table from 'cli-table3'
import type { BreakdownRow } from '../../index.js'
import { shortened } from '../compare/reportPaths.js'
import { widthOf } from '../wrapText.js'

/** At most `columns` wide: names of terms are shortened in the middle if needed. */
export const report = (before: readonly BreakdownRow[], after: readonly BreakdownRow[], columns = Infinity): string => {
  const whole = tableOf(before, after)
  const tooMany = widthOf(whole) - columns
  if (tooMany <= 0) return whole
  const room = Math.max(NARROWEST, Math.max(...after.map(({ name }) => name.length)) - tooMany)
  return tableOf(
    before,
    after.map((row) => ({ ...row, name: shortened(row.name, room) })),
  )
}

const NARROWEST = 8

const tableOf = (before: readonly BreakdownRow[], after: readonly BreakdownRow[]): string => {
  const table = new Table({
    head: ['term', 'weight', 'before', 'now', 'share'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  after.forEach(({ name, weight, value, share }, i) => {
    table.push([name, String(Number(weight.toPrecision(4))), short(before[i]?.value ?? Number.NaN), short(value), `${(100 * share).toFixed(1)} %`])
  })
  table.push(['sum', '', short(total(before)), short(total(after)), ''])
  return table.toString()
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** The loss itself. */
export const total = (rows: readonly BreakdownRow[]): number => rows.reduce((sum, { value }) => sum + value, 0)
