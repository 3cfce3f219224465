/** What the doctor found, for a terminal. */
import type { Finding, Findings } from './examine.js'

/** A line for each finding, in groups. */
export const report = ({ machine, backends, chosen, pictures, weights, trial, usable, lacking }: Findings, colours: boolean): string => {
  const groups: readonly (readonly [string, readonly Finding[]])[] = [
    ['this machine', machine],
    ['backends, fastest first', backends.map((one) => (one.name === chosen ? { ...one, words: `${one.words}; in use` } : one))],
    ['pictures', pictures],
    ['weights', weights],
    [`a trial`, trial],
  ]
  const lines = groups.flatMap(([title, findings]) => [title, ...findings.map((finding) => lineOf(finding, colours)), ''])
  return [...lines, usable ? 'Pictures can be compared here.' : `Pictures cannot be compared here before this works: ${lacking.join(', ')}.`].join('\n')
}

const lineOf = ({ name, works, words }: Finding, colours: boolean): string => `  ${mark(works, colours)} ${name.padEnd(16)}${words}`

const mark = (works: boolean, colours: boolean): string => {
  const sign = works ? '✓' : '✗'
  return colours ? `\u001B[${works ? '32' : '33'}m${sign}\u001B[39m` : sign
}
