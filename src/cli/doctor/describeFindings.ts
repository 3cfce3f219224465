/** The doctor's findings, for a terminal. */
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { wrapped } from '../wrapText.js'
import type { Finding, Findings } from './examine.js'

/** One line per finding, in groups. */
export const report = (
  { machine, backends, chosen, pictures, weights, trial, usable, lacking }: Findings,
  { colours, columns }: Pick<Output, 'colours' | 'columns'>,
): string => {
  const groups: readonly (readonly [string, readonly Finding[]])[] = [
    ['this machine', machine],
    ['backends, fastest first', backends.map((one) => (one.name === chosen ? { ...one, words: `${one.words}; in use` } : one))],
    ['pictures', pictures],
    ['weights', weights],
    [`a trial`, trial],
  ]
  const lines = groups.flatMap(([title, findings]) => [title, ...findings.map((finding) => lineOf(finding, colours, columns)), ''])
  return [
    ...lines,
    usable ? 'Pictures can be compared on this machine.' : `Pictures cannot be compared on this machine until this works: ${lacking.join(', ')}.`,
  ].join('\n')
}

/** Where the words begin. */
const INDENT = 20

const lineOf = ({ name, works, words }: Finding, colours: boolean, columns: number | undefined): string =>
  `  ${mark(works, colours)} ${name.padEnd(INDENT - 4)}${wrapped(printable(words), columns, INDENT)}`

const mark = (works: boolean, colours: boolean): string => {
  const sign = works ? '✓' : '✗'
  return colours ? `\u001B[${works ? '32' : '33'}m${sign}\u001B[39m` : sign
}
