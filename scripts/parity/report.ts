/**
 * Ours beside the peers' as a table for people and as JSON for programs.
 */
import { basename } from 'node:path'
import type { Pair } from './pairs.js'

/** One number of ours and the peer's. */
export interface Compared {
  readonly row: string
  readonly reference: string
  readonly prediction: string
  readonly ours: number
  readonly peer: number
  readonly difference: number
}

/** The whole result. */
export interface Parity {
  readonly versions: Readonly<Record<string, string>>
  readonly folder: string
  readonly compared: readonly Compared[]
}

export const comparedPair = ([reference, prediction]: Pair, row: string, ours: number, peer: number): Compared => ({
  row,
  reference: basename(reference),
  prediction: basename(prediction),
  ours,
  peer,
  difference: ours - peer,
})

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')

const digits = (value: number): string => value.toPrecision(7)

/** A value's difference over its size; of one that is 0, the difference itself. */
const relative = ({ difference, peer }: Compared): number => Math.abs(difference) / Math.max(Math.abs(peer), 1e-3)

const summary = (compared: readonly Compared[]): string =>
  table(
    ['', 'pairs', 'largest difference', 'largest relative', 'at'],
    [...new Set(compared.map(({ row }) => row))].map((row) => {
      const all = compared.filter((entry) => entry.row === row)
      const worst = all.reduce((a, b) => (relative(b) > relative(a) ? b : a))
      const largest = Math.max(...all.map(({ difference }) => Math.abs(difference)))
      return [row, String(all.length), largest.toExponential(1), relative(worst).toExponential(1), worst.prediction]
    }),
  )

const details = (compared: readonly Compared[]): string =>
  table(
    ['', 'pair', 'ours', 'theirs', 'difference'],
    compared.map(({ row, reference, prediction, ours, peer, difference }) => [
      row,
      `${reference}, ${prediction}`,
      digits(ours),
      digits(peer),
      difference.toExponential(1),
    ]),
  )

/** The Markdown of docs/parity.md. */
export const markdown = ({ versions, folder, compared }: Parity): string =>
  [
    '# Parity with other packages',
    `\`npm run parity\` compares our values with those of other packages on the pictures of \`${folder}\`. The other packages use torchvision's weights in float32, ours the included
weights (VGG16's blocks 4 and 5 in float16). Differences are relative to the other package's value (to 1e-3 if it is smaller).`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    summary(compared),
    '## Every pair',
    details(compared),
  ]
    .join('\n\n')
    .concat('\n')
