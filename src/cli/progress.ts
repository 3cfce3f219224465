/** Shows how far it is, where it takes more than a second and a terminal is there to show it. */
import { SingleBar } from 'cli-progress'

/** How far it is. */
export interface Progress {
  readonly show: (done: number, words?: string) => void
  /** Other words, as far as it is. */
  readonly say: (words: string) => void
  readonly end: () => void
}

/** No bar for what is done by then. */
const QUIET_MS = 1000

/** A bar for `total` things on a terminal; nothing where there is none. */
export const progressBar = (total: number, terminal: NodeJS.WriteStream | undefined): Progress => {
  if (terminal === undefined) return { show: () => undefined, say: () => undefined, end: () => undefined }
  const start = performance.now()
  const bar = new SingleBar({ stream: terminal, format: '{bar} {value}/{total} {words} {left} left', barsize: 16, hideCursor: true, gracefulExit: false })
  let now = 0
  const show = (done: number, words = ''): void => {
    now = done
    const spent = performance.now() - start
    if (!bar.isActive && spent > QUIET_MS && done < total) bar.start(total, done, { words, left: '...' })
    if (bar.isActive) bar.update(done, { words, left: remaining(spent, done, total) })
  }
  return {
    show,
    say: (words) => {
      show(now, words)
    },
    end: () => {
      if (bar.isActive) bar.stop()
    },
  }
}

const remaining = (spent: number, done: number, total: number): string =>
  done === 0 ? '...' : `${String(Math.ceil(((spent / done) * (total - done)) / 1000))} s`
