/** The outputs of a command: results to one, messages to the other. */
import { once } from 'node:events'
import { printableLines } from './printable.js'

/** Where lines go. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Waits until the reader of the results has received them. */
  readonly taken: () => Promise<void>
  /** Whether results may be coloured. */
  readonly colours: boolean
  /** Receives progress lines if there is no terminal. */
  readonly progress?: ((text: string) => void) | undefined
  /** The terminal on which progress is shown, if it is one. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** The maximum width of tables; undefined for files and pipes, where nothing is shortened. */
  readonly columns?: number | undefined
}

/** The output of this process. Colours are used only on terminals, and not if NO_COLOR is set. */
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
