/** Compares pairs from a stream and prints the result of each: one process of a large comparison. */
import { compileLosses, namedLosses, type Means } from '../compare/compiledLosses.js'
import type { Output } from '../output.js'
import { measured, pixelsOf, read, refused, type Reading } from './batch.js'
import { finishedPair } from './done.js'
import { runJob, type JobOptions } from './runJob.js'
import { taskOf } from './task.js'

/** The arguments of the command. */
export interface Work extends Means, Reading, JobOptions {
  /** Losses by name or JSON file; empty for the default ones. */
  readonly losses: readonly string[]
  /** The largest PSNR in dB; none. */
  readonly cap?: number | undefined
}

/** Compares the pairs of the input, and returns the exit status. */
export const work = async (asked: Work, pieces: AsyncIterable<string>, output: Output): Promise<number> => {
  const losses = await namedLosses(asked.losses, { cap: asked.cap })
  const compiled = once(() => compileLosses(losses, asked, () => asked.losses.length === 0))
  return runJob(
    {
      things: 'pairs',
      finishedId: (file) => finishedPair(file, losses.map(({ name }) => name)), // prettier-ignore
      start: compiled,
      taskOf,
      read: (task) => read(task, asked),
      refused,
      pixelsOf,
      results: async (pairs) => measured(pairs, await compiled()),
    },
    asked,
    pieces,
    output,
  )
}

const once = <A>(make: () => Promise<A>): (() => Promise<A>) => {
  let made: Promise<A> | undefined
  return () => (made ??= make())
}
