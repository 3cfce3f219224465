/**
 * Compares pairs from a stream and prints the result of each: one process of a large comparison.
 *
 * Laws: one result a line, in the order of the lines, failures too; what is held is one batch of pictures and one piece of the input, however long that is; a result is given
 * when the ones before it were taken; a requested stop takes effect after the current batch, and no result is partial.
 */
import { either as E } from 'fp-ts'
import type { PairResult } from '../../reports/index.js'
import { loadSharp } from '../../node/sharp.js'
import { compileLosses, namedLosses, type Means } from '../compare/compiledLosses.js'
import { jsonScore } from '../compare/jsonScore.js'
import type { ComparedLoss } from '../compare/measurePair.js'
import { catchInterrupt } from '../interrupt.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { measured, pixelsOf, read, refused, type Reading } from './batch.js'
import { doneIn } from './done.js'
import { linesOf } from './lines.js'
import { ready, type Ready } from './ready.js'
import { taskOf, type NoTask, type Task } from './task.js'

/** The arguments of the command. */
export interface Work extends Means, Reading {
  /** Losses by name or JSON file; empty for the default ones. */
  readonly losses: readonly string[]
  /** How many pairs are compared together at most. */
  readonly batch: number
  /** The output of an earlier run, whose pairs are done. */
  readonly resume: string | undefined
  /** The largest PSNR in dB; none. */
  readonly cap?: number | undefined
}

/** A batch has no more pixels than one picture of this many, but for a larger picture, which goes alone. */
const PIXELS = 512 * 512

/** Processes the input, and returns the exit status: 0 at its end, 130 or 143 after a stop. */
export const work = async (asked: Work, pieces: AsyncIterable<string>, output: Output): Promise<number> => {
  const interrupt = catchInterrupt('SIGINT', 'SIGTERM')
  const losses = await namedLosses(asked.losses, { cap: asked.cap })
  const done = asked.resume === undefined ? { ids: new Set<string>(), torn: false } : await doneIn(asked.resume, losses.map(({ name }) => name)) // prettier-ignore
  // What is missing for every pair is an error now, and not a failure of each.
  await loadSharp()
  const compiled = await compileLosses(losses, asked, () => asked.losses.length === 0)
  if (done.torn) output.out('')
  const tasks = ready(tasksOf(pieces, done.ids), interrupt.wish)
  let given = 0
  for (;;) {
    const results = await nextBatch(tasks, compiled, asked)
    if (results.length === 0) break
    for (const result of results) await give(result, output)
    given += results.length
  }
  interrupt.release()
  if (interrupt.asked()) output.err(`perceptual-loss: stopped after ${String(given)} pairs; continue with --resume.`)
  return interrupt.status()
}

type Line = E.Either<NoTask, Task>

async function* tasksOf(pieces: AsyncIterable<string>, done: ReadonlySet<string>): AsyncGenerator<Line, undefined> {
  let number = 0
  for await (const { text } of linesOf(pieces)) {
    number++
    if (text.trim() === '') continue
    const task = taskOf(text, number)
    if (!done.has(E.isLeft(task) ? task.left.id : task.right.id)) yield task
  }
}

/** The results of the next line, and of those that are there already and go with it; none at the end. */
const nextBatch = async ({ take, takeReady }: Ready<Line>, losses: readonly ComparedLoss[], asked: Work): Promise<readonly PairResult[]> => {
  const pairs: Awaited<ReturnType<typeof read>>[] = []
  let [pixels, line] = [0, await take()]
  while (line !== undefined) {
    const pair = E.isLeft(line) ? refused(line.left) : await read(line.right, asked)
    pairs.push(pair)
    pixels += pixelsOf(pair)
    line = pairs.length < asked.batch && pixels < PIXELS ? await takeReady() : undefined
  }
  return measured(pairs, losses)
}

const give = async (result: PairResult, output: Output): Promise<void> => {
  output.out(printable(JSON.stringify(result, (_, value: unknown) => jsonScore(value))))
  await output.taken()
}
