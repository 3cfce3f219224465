/** Shows what a command is doing when its steps cannot be counted: on a terminal after a second, elsewhere as a line every ten seconds. */
import type { Output } from './output.js'
import { printable } from './printable.js'
import { LINE_MS, QUIET_MS } from './progressBar.js'

/** What a command is doing. */
export interface Activity {
  readonly say: (words: string) => void
  /** Removes what is shown on the terminal. */
  readonly end: () => void
}

const REMOVE_LINE = '\r\u001B[K'

/** Starts to show it. */
export const activity = ({ terminal, progress = () => undefined }: Pick<Output, 'terminal' | 'progress'>): Activity => {
  const start = performance.now()
  let [words, last, drawn] = ['', start, false]
  const tell = (): void => {
    const now = performance.now()
    const line = `working for ${String(Math.round((now - start) / 1000))} s: ${words}`
    if (terminal !== undefined && now - start >= QUIET_MS) {
      terminal.write(`${REMOVE_LINE}${line.slice(0, terminal.columns - 1)}`)
      drawn = true
    }
    if (terminal !== undefined || now - last < LINE_MS) return
    last = now
    progress(line)
  }
  const timer = setInterval(tell, QUIET_MS).unref()
  return {
    say: (more) => {
      words = printable(more)
      tell()
    },
    end: () => {
      clearInterval(timer)
      if (drawn) terminal?.write(REMOVE_LINE)
    },
  }
}

/** Runs the work, and ends what is shown, also where it fails. */
export const shownWhile = async <A>(output: Pick<Output, 'terminal' | 'progress'>, work: (say: Activity['say']) => Promise<A>): Promise<A> => {
  const shown = activity(output)
  try {
    return await work(shown.say)
  } finally {
    shown.end()
  }
}
