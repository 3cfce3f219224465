/** Shows how far it is: a bar within an epoch on a terminal, and a line after each epoch everywhere. */
import { SingleBar } from 'cli-progress'
import type { BreakdownRow } from '../../src/index.js'
import type { StepLosses } from './game.js'

/** An epoch done. */
export interface Epoch {
  readonly epoch: number
  /** Means over its steps. */
  readonly losses: StepLosses
  /** The terms of the generator's loss after it, on the first batch. */
  readonly rows: readonly BreakdownRow[]
  readonly seconds: number
}

export interface Progress {
  readonly step: (epoch: number, step: number, losses: StepLosses) => void
  readonly epoch: (done: Epoch) => void
  readonly end: () => void
}

const FORMAT = 'epoch {epoch} {bar} {value}/{total} generator {generator}, discriminator {discriminator}'

export const progress = (epochs: number, steps: number, output: NodeJS.WriteStream = process.stdout): Progress => {
  const bar = output.isTTY
    ? new SingleBar({ stream: output, format: FORMAT, barsize: 16, hideCursor: true, clearOnComplete: true, gracefulExit: false })
    : undefined
  return {
    step: (epoch, step, { generator, discriminator }) => {
      const payload = { epoch, generator: short(generator), discriminator: short(discriminator) }
      if (step === 1) bar?.start(steps, 0, payload)
      bar?.update(step, payload)
    },
    epoch: ({ epoch, losses, rows, seconds }) => {
      bar?.stop()
      const parts = sumByName(rows).map(([part, value]) => `${part} ${short(value)}`)
      output.write(
        `epoch ${String(epoch)} of ${String(epochs)}: generator ${short(losses.generator)} (${parts.join(', ')}), discriminator ${short(losses.discriminator)}, ${seconds.toFixed(1)} s\n`,
      )
    },
    end: () => {
      bar?.stop()
    },
  }
}

/** The terms added up by the first of their names. */
const sumByName = (rows: readonly BreakdownRow[]): readonly (readonly [string, number])[] => {
  const sums = new Map<string, number>()
  for (const { name, value } of rows) {
    const part = name.split(' / ', 1)[0] ?? name
    sums.set(part, (sums.get(part) ?? 0) + value)
  }
  return [...sums]
}

const short = (value: number): string => value.toPrecision(3)
