/** Shows progress: a bar on a terminal, elsewhere a line every ten seconds. */
import { SingleBar } from 'cli-progress'
import type { BreakdownRow } from '../../index.js'
import { printable } from '../printable.js'
import { progressLines } from '../progressBar.js'

/** The state after a step. */
export interface State {
  readonly step: number
  readonly loss: number
  /** The latest value of each part; a few steps old at most. */
  readonly rows: readonly BreakdownRow[]
}

export interface Progress {
  /** After every step; `fresh` where the rows are of this very step. */
  readonly show: (state: State, fresh: boolean) => void
  readonly end: () => void
}

/** A bar if the output is a terminal, otherwise lines. */
export const progress = (steps: number, output: NodeJS.WriteStream): Progress => (output.isTTY ? bar(steps, output) : lines(steps, output))

/** A line every ten seconds, if the output is not a terminal. */
export const sparse = (steps: number, line?: (text: string) => void): Progress => {
  const told = progressLines(steps, line)
  return {
    show: ({ step, loss }) => {
      told.show(step, `loss ${short(loss)}`)
    },
    end: told.end,
  }
}

/** Within 80 columns. */
const FORMAT = '{bar} {value}/{total} loss {loss} ({parts}) {left}'

const bar = (steps: number, stream: NodeJS.WriteStream): Progress => {
  const single = new SingleBar({ stream, format: FORMAT, barsize: 16, hideCursor: true, gracefulExit: false })
  const remaining = remainingTime(steps)
  single.start(steps, 0, { loss: '...', parts: '...', left: '' })
  return {
    show: ({ step, loss, rows }) => {
      single.update(step, { loss: short(loss), parts: parts(rows), left: `${remaining(step)} left` })
    },
    end: () => {
      single.stop()
    },
  }
}

const lines = (steps: number, output: NodeJS.WriteStream): Progress => {
  const remaining = remainingTime(steps)
  return {
    show: ({ step, loss, rows }, fresh) => {
      if (fresh) output.write(`step ${String(step)} of ${String(steps)}: loss ${short(loss)} (${parts(rows)}), ${remaining(step)} left\n`)
    },
    end: () => undefined,
  }
}

const remainingTime = (steps: number): ((step: number) => string) => {
  const start = performance.now()
  return (step) => `${Math.ceil((((performance.now() - start) / step) * (steps - step)) / 1000).toFixed(0)} s`
}

/** The terms summed by the first of their names. */
const parts = (rows: readonly BreakdownRow[]): string => {
  const sums = new Map<string, number>()
  for (const { name, value } of rows) {
    const part = name.split(' / ', 1)[0] ?? name
    sums.set(part, (sums.get(part) ?? 0) + value)
  }
  return [...sums].map(([part, value]) => `${printable(part)} ${short(value)}`).join(', ')
}

const short = (value: number): string => value.toPrecision(3)
