/**
 * Does the work of each line of a stream and prints its result: one process of a large computation.
 *
 * Laws: one result a line, in the order of the lines, failures too; what is held is one batch of pictures and one piece of the input, however long that is; a result is given
 * when the ones before it were taken; a requested stop takes effect after the current batch, and no result is partial.
 */
import { either as E } from 'fp-ts'
import { loadSharp } from '../../node/sharp.js'
import { BATCH_PIXELS } from '../compare/batches.js'
import { jsonScore } from '../compare/jsonScore.js'
import { catchInterrupt } from '../interrupt.js'
import type { Output } from '../output.js'
import { printable } from '../printable.js'
import { doneIn, type FinishedId } from './done.js'
import { linesOf } from './lines.js'
import { ready, type Ready } from './ready.js'
import type { NoTask } from './task.js'

/** A kind of work. `T`: a line's task; `R`: what was read for it, or why it could not be. */
export interface Job<T extends { readonly id: string }, R> {
  /** What a task is, for people: pairs. */
  readonly things: string
  /** How to read an earlier output. */
  readonly finishedId: (file: string) => FinishedId
  /** Loads what every task needs: what is missing for all is an error now, and not a failure of each. */
  readonly start: () => Promise<unknown>
  readonly taskOf: (text: string, number: number) => E.Either<NoTask, T>
  readonly read: (task: T) => Promise<R>
  readonly refused: (line: NoTask) => R
  readonly pixelsOf: (read: R) => number
  /** The results, in their order; the pictures are disposed of. */
  readonly results: (batch: readonly R[]) => Promise<readonly object[]>
}

export interface JobOptions {
  /** How many tasks are done together at most. */
  readonly batch: number
  /** The output of an earlier run, whose tasks are done. */
  readonly resume: string | undefined
}

/** Processes the input, and returns the exit status: 0 at its end, 130 or 143 after a stop. */
export const runJob = async <T extends { readonly id: string }, R>(
  job: Job<T, R>,
  { batch, resume }: JobOptions,
  pieces: AsyncIterable<string>,
  output: Output,
): Promise<number> => {
  const interrupt = catchInterrupt('SIGINT', 'SIGTERM')
  const done = resume === undefined ? { ids: new Set<string>(), torn: false } : await doneIn(resume, job.finishedId(resume))
  await loadSharp()
  await job.start()
  if (done.torn) output.out('')
  const tasks = ready(tasksOf(job, pieces, done.ids), interrupt.wish)
  let given = 0
  for (;;) {
    const results = await nextBatch(tasks, job, batch)
    if (results.length === 0) break
    for (const result of results) await give(result, output)
    given += results.length
  }
  interrupt.release()
  if (interrupt.asked()) output.err(`perceptual-loss: stopped after ${String(given)} ${job.things}; continue with --resume.`)
  return interrupt.status()
}

async function* tasksOf<T extends { readonly id: string }, R>(
  { taskOf }: Job<T, R>,
  pieces: AsyncIterable<string>,
  done: ReadonlySet<string>,
): AsyncGenerator<E.Either<NoTask, T>, undefined> {
  let number = 0
  for await (const { text } of linesOf(pieces)) {
    number++
    if (text.trim() === '') continue
    const task = taskOf(text, number)
    if (!done.has(E.isLeft(task) ? task.left.id : task.right.id)) yield task
  }
}

/** The results of the next line, and of those that are there already and go with it; none at the end. */
const nextBatch = async <T extends { readonly id: string }, R>(
  { take, takeReady }: Ready<E.Either<NoTask, T>>,
  { read, refused, pixelsOf, results }: Job<T, R>,
  most: number,
): Promise<readonly object[]> => {
  const batch: R[] = []
  let [pixels, line] = [0, await take()]
  while (line !== undefined) {
    const one = E.isLeft(line) ? refused(line.left) : await read(line.right)
    batch.push(one)
    pixels += pixelsOf(one)
    line = batch.length < most && pixels < BATCH_PIXELS ? await takeReady() : undefined
  }
  return results(batch)
}

const give = async (result: object, output: Output): Promise<void> => {
  output.out(printable(JSON.stringify(result, (_, value: unknown) => jsonScore(value))))
  await output.taken()
}
