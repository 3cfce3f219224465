/** Compares pairs by every loss. */
import * as tf from '@tensorflow/tfjs'
import { LossException, type CompiledLoss } from '../../index.js'
import { messageAbout } from '../errorsByFile.js'
import type { NamedLoss } from '../namedLosses.js'
import type { Both } from '../readPictures.js'
import { bySize, inBatches, reusedMemory, stackedPairs, type BatchMemory } from './batches.js'
import type { Pair } from './pairs.js'
import type { Ready, Refused } from './preparePair.js'

/** A compiled loss. */
export interface ComparedLoss extends NamedLoss {
  readonly f: CompiledLoss<string>
  /** Whether it is skipped for pairs that are too small: if it was not requested by name. */
  readonly optional: boolean
}

/** A loss that was skipped for a pair. */
export interface LeftOut {
  readonly title: string
  readonly message: string
}

/** The result of a pair. */
export interface Measured extends Pair {
  readonly height: number
  readonly width: number
  /** The reported scores; undefined where the pair is too small. */
  readonly scores: Readonly<Record<string, number | undefined>>
  /** Warnings, one sentence each. */
  readonly surprises: readonly string[]
  /** The losses skipped because the pair is too small, and why. */
  readonly leftOut?: readonly LeftOut[]
}

/** How many pairs of one size go through the networks together at most; fewer if they are large. */
const MOST_IN_BATCH = 32

/** Compares pairs that were read together, and gives their results in order, each as soon as those before are there. `stop` ends it after a batch. */
export async function* measureAll(
  pairs: readonly (Ready | Refused)[],
  losses: readonly ComparedLoss[],
  stop: () => boolean,
  memory: BatchMemory = reusedMemory(),
): AsyncGenerator<Measured | Refused, undefined> {
  const ready = pairs.flatMap((pair) => ('problem' in pair ? [] : [pair]))
  const results = new Map<Ready | Refused, Measured | Refused>()
  for (const pair of pairs) if ('problem' in pair) results.set(pair, pair)
  let given = 0
  const next = function* (): Generator<Measured | Refused, undefined> {
    for (; given < pairs.length; given++) {
      const pair = pairs[given]
      const result = pair === undefined ? undefined : results.get(pair)
      if (result === undefined) return
      yield result
    }
  }
  yield* next()
  for (const batch of bySize(ready).flatMap((alike) => inBatches(alike, MOST_IN_BATCH))) {
    if (stop()) return
    const found = await measureBatch(batch, losses, memory)
    batch.forEach((pair, i) => results.set(pair, found[i] ?? { files: pair.files, problem: new Error('it has no scores') }))
    yield* next()
  }
}

const measureBatch = async (pairs: readonly Ready[], losses: readonly ComparedLoss[], memory: BatchMemory): Promise<readonly (Measured | Refused)[]> => {
  const batches: Both[] = []
  try {
    batches.push(...stackedPairs(pairs, memory))
    const { samples, notes } = await scoresOf(losses, batches)
    const [, height = 0, width = 0] = batches[0]?.reference.shape ?? []
    return pairs.map(({ files, surprises }, i) => {
      const leftOut = notes.map(({ title, error }) => ({ title, message: aboutPair(error, files) }))
      return { ...files, height, width, scores: samples[i] ?? {}, surprises, leftOut }
    })
  } catch (error) {
    return pairs.map(({ files }) => ({ files, problem: ofFile(error, files) }))
  } finally {
    tf.dispose(batches.map(({ reference, picture }) => [reference, picture]))
  }
}

/** The scores of a batch of pairs of one size. */
export interface Scores {
  /** One record per pair, in reported units. */
  readonly samples: readonly Measured['scores'][]
  /** The skipped losses, and why. */
  readonly notes: readonly { readonly title: string; readonly error: LossException }[]
}

/** The error, with the picture's file in place of the prediction. */
export const ofFile = (error: unknown, { reference, picture }: Pair): unknown => {
  if (!(error instanceof LossException) || !('name' in error.error)) return error
  const file = { prediction: picture, target: reference }[error.error.name]
  return file === undefined ? error : new LossException({ ...error.error, name: file })
}

/** The message of an error about a pair; a size error names the picture's file. */
export const aboutPair = (error: unknown, pair: Pair): string => messageAbout(ofFile(error, pair), [pair.picture, pair.reference])

/** Compares two batches by every loss; for several backgrounds the larger distance counts. */
export const scoresOf = async (losses: readonly ComparedLoss[], backgrounds: readonly Both[]): Promise<Scores> => {
  const samples = Array.from({ length: backgrounds[0]?.reference.shape[0] ?? 0 }, () => new Map<string, number | undefined>())
  const notes: { readonly title: string; readonly error: LossException }[] = []
  for (const { name, title, f, report, optional } of losses) {
    try {
      const distances = await Promise.all(backgrounds.map((both) => distancesOf(f, both)))
      for (const [i, scores] of samples.entries()) scores.set(name, report(Math.max(...distances.map((all) => all[i] ?? Number.NaN))))
      await tf.nextFrame()
    } catch (error) {
      if (!(optional && isTooSmall(error))) throw error
      for (const scores of samples) scores.set(name, undefined)
      notes.push({ title, error })
    }
  }
  return { samples: samples.map((scores) => Object.fromEntries(scores)), notes }
}

const distancesOf = async (f: CompiledLoss<string>, { reference, picture }: Both): Promise<ArrayLike<number>> => {
  const values = f.perSample(reference, picture)
  try {
    return await values.data()
  } finally {
    values.dispose()
  }
}

const isTooSmall = (error: unknown): error is LossException =>
  error instanceof LossException && ['TooSmall', 'UnfitSize', 'WrongFeatureShape'].includes(error.error._tag)
