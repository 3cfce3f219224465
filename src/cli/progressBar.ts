/** Shows progress: a bar on a terminal after a second, elsewhere a line every ten seconds. */
import { SingleBar } from 'cli-progress'
import { printable } from './printable.js'

/** Progress of a command. */
export interface Progress {
  readonly show: (done: number, words?: string) => void
  /** Other words, as far as it is. */
  readonly say: (words: string) => void
  readonly end: () => void
}

/** Work that ends before this shows no bar. */
export const QUIET_MS = 1000

/** Between two lines where there is no terminal. */
export const LINE_MS = 10_000

/** Lines where there is no terminal, for `total` things or an unknown number of them. */
export const progressLines = (total: number | undefined, line: (text: string) => void = () => undefined): Progress => {
  let [now, words, last] = [0, '', performance.now()]
  const tell = (): void => {
    if (performance.now() - last < LINE_MS) return
    last = performance.now()
    line([total === undefined ? `${String(now)} done` : `${String(now)} of ${String(total)} done`, words].filter((text) => text !== '').join(', '))
  }
  const timer = setInterval(tell, 1000).unref()
  return {
    show: (done, more = '') => {
      ;[now, words] = [done, more]
      tell()
    },
    say: (more) => {
      words = more
      tell()
    },
    end: () => {
      clearInterval(timer)
    },
  }
}

/** A bar for `total` things on a terminal, which goes when they are done; elsewhere `line` takes a line now and then. */
export const progressBar = (total: number, terminal: NodeJS.WriteStream | undefined, line?: (text: string) => void): Progress => {
  if (terminal === undefined) return progressLines(total, line)
  const start = performance.now()
  const bar = new SingleBar({
    stream: terminal,
    format: '{bar} {value}/{total} {words} {left}',
    barsize: 16,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  })
  let now = 0
  const show = (done: number, said = ''): void => {
    now = done
    const words = printable(said)
    const spent = performance.now() - start
    if (!bar.isActive && spent > QUIET_MS && done < total) bar.start(total, done, { words, left: '' })
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
  done === 0 ? '' : `${String(Math.ceil(((spent / done) * (total - done)) / 1000))} s left`
