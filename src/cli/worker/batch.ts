/** Compares pictures in batches (`compare/batches.ts`). */
import * as tf from '@tensorflow/tfjs'
import { describeError, LossException, type LossError } from '../../index.js'
import type { FailedPair, PairResult } from '../../reports/index.js'
import { bySize, stackedPairs, pixelsOf as pixelsOfPair } from '../compare/batches.js'
import { aboutPair, scoresOf, type ComparedLoss, type Measured } from '../compare/measurePairs.js'
import { isSimilarity } from '../namedLosses.js'
import { readPair, type PicturePair } from '../readPictures.js'
import { within, type NoTask, type Task } from './task.js'

/** A pair that was read; or what became of it. */
type Read = (PicturePair & { readonly task: Task }) | { readonly failed: PairResult }

/** How pictures are read. */
export interface Reading {
  /** The folder that their names are relative to. */
  readonly root: string
  readonly resize: boolean
}

/** Reads the two pictures; what cannot be read is a result, too. */
export const read = async (task: Task, { root, resize }: Reading): Promise<Read> => {
  try {
    return { ...(await readPair(within(root, task), resize)), task }
  } catch (error) {
    return { failed: failure(task.id, error) }
  }
}

/** The result of a line that is not a task. */
export const refused = ({ id, error }: NoTask): { readonly failed: FailedPair } => ({
  failed: { id, error: { tag: error._tag, message: describeError(error) } },
})

/** The result of a task that failed. */
export const failure = (id: string, error: unknown, message = error instanceof Error ? error.message : String(error)): FailedPair => ({
  id,
  error: { tag: error instanceof LossException ? error.error._tag : 'Unexpected', message },
})

/** How many pixels a pair's picture has. */
export const pixelsOf = (pair: Read): number => ('failed' in pair ? 0 : pixelsOfPair(pair))

/** The results of pairs, in their order. */
export const measured = async (pairs: readonly Read[], losses: readonly ComparedLoss[]): Promise<readonly PairResult[]> => {
  const results = new Map<Read, PairResult>()
  for (const alike of bySize(pairs.flatMap((pair) => ('failed' in pair ? [] : [pair])))) {
    const found = await measuredAlike(alike, losses)
    for (const [i, pair] of alike.entries()) {
      const result = found[i]
      if (result !== undefined) results.set(pair, result)
    }
  }
  return pairs.flatMap((pair) => ('failed' in pair ? [pair.failed] : (results.get(pair) ?? [])))
}

type Ready = Exclude<Read, { readonly failed: PairResult }>

const measuredAlike = async (pairs: readonly Ready[], losses: readonly ComparedLoss[]): Promise<readonly PairResult[]> => {
  const batches = stackedPairs(pairs)
  try {
    const { samples } = await scoresOf(losses, batches)
    return pairs.map((pair, i) => resultOf(pair, samples[i] ?? {}))
  } catch (error) {
    return pairs.map(({ task }) => failure(task.id, error, aboutPair(error, task)))
  } finally {
    tf.dispose(batches.map(({ reference, picture }) => [reference, picture]))
  }
}

const resultOf = ({ task, reference: { height, width }, surprises: notes }: Ready, scores: Measured['scores']): PairResult => {
  const { id, reference, picture } = task
  const wild = Object.entries(scores).find(([name, score]) => score !== undefined && !Number.isFinite(score) && !(isSimilarity(name) && score === Infinity))
  if (wild !== undefined) return failure(id, new LossException(notFinite(wild[0])))
  const known = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, score ?? null]))
  return { id, reference, picture, height, width, scores: known, ...(notes.length === 0 ? {} : { notes }) }
}

const notFinite = (name: string): LossError => ({ _tag: 'NotFinite', name, count: 1, size: 1 })
