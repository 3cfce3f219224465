/** Where a command's lines go: results to one place, what is said about them to the other. */
import { once } from 'node:events'
import { printableLines } from './printable.js'

/** Where lines go. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Waits until whoever reads the results has taken them. */
  readonly taken: () => Promise<void>
  /** Whether results may be coloured. */
  readonly colours: boolean
  /** Takes a line on how far it is, where there is no terminal. */
  readonly progress?: ((text: string) => void) | undefined
  /** The terminal on which progress is shown, if it is one. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** How wide tables may be; undefined for no limit: results go to a file or a pipe, where nothing is shortened. */
  readonly columns?: number | undefined
}

/** The process' own. Colours go to terminals alone, and not where NO_COLOR says something. */
export const standardOutput = (): Output => ({
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) =>
    void process.stderr.write(`${printableLines(text)}
`),
  progress: (text) =>
    void process.stderr.write(`perceptual-loss: ${printableLines(text)}
`),
  taken: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
  },
  colours: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.stdout.hasColors(),
  terminal: process.stderr.isTTY ? process.stderr : undefined,
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
})
