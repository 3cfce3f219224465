/** Compares one pair by every loss. */
import * as tf from '@tensorflow/tfjs'
import { LossException, type CompiledLoss } from '../../index.js'
import type { NamedLoss } from '../losses.js'
import { readPair, type Both, type PicturePair } from '../pictures.js'
import type { Pair } from './pairs.js'

/** A loss, ready. */
export interface Column extends NamedLoss {
  readonly f: CompiledLoss<string>
  /** Whether a pair that is too small for it goes without it: where nobody asked for it by name. */
  readonly optional: boolean
}

/** What came of a pair. */
export interface Measured extends Pair {
  readonly height: number
  readonly width: number
  /** As people report them; undefined for what the pair is too small for. */
  readonly scores: Readonly<Record<string, number | undefined>>
  /** What a person may not expect, a sentence each. */
  readonly surprises: readonly string[]
}

/** Compares the two pictures of a pair; `resize` brings the second to the first one's size. */
export const measure = async (pair: Pair, columns: readonly Column[], resize: boolean): Promise<Measured> => {
  const read = await readPair(pair, resize)
  try {
    const { samples, notes } = await scoresOf(columns, backgroundsOf(read))
    const [, height, width] = read.reference.shape
    return { ...pair, height, width, scores: samples[0] ?? {}, surprises: [...read.surprises, ...notes] }
  } catch (error) {
    throw ofFile(error, pair)
  } finally {
    tf.dispose(backgroundsOf(read).map(({ reference, picture }) => [reference, picture]))
  }
}

/** The scores of a batch of pairs of one size. */
export interface Scores {
  /** One record a pair, as people report them. */
  readonly samples: readonly Measured['scores'][]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** The two pictures on each background that they are compared on. */
export const backgroundsOf = ({ reference, picture, onBlack }: PicturePair): readonly Both[] => [
  { reference, picture },
  ...(onBlack === undefined ? [] : [onBlack]),
]

/** The error, about the picture's file rather than the prediction. */
export const ofFile = (error: unknown, { reference, picture }: Pair): unknown => {
  if (!(error instanceof LossException) || !('name' in error.error)) return error
  const file = { prediction: picture, target: reference }[error.error.name]
  return file === undefined ? error : new LossException({ ...error.error, name: file })
}

/** Compares two batches by every loss; of several backgrounds, the larger distance counts. */
export const scoresOf = async (columns: readonly Column[], backgrounds: readonly Both[]): Promise<Scores> => {
  const samples = Array.from({ length: backgrounds[0]?.reference.shape[0] ?? 0 }, () => new Map<string, number | undefined>())
  const notes: string[] = []
  for (const { name, title, f, report, optional } of columns) {
    try {
      const distances = await Promise.all(backgrounds.map((both) => distancesOf(f, both)))
      for (const [i, scores] of samples.entries()) scores.set(name, report(Math.max(...distances.map((all) => all[i] ?? Number.NaN))))
      await tf.nextFrame()
    } catch (error) {
      if (!(optional && isTooSmall(error))) throw error
      for (const scores of samples) scores.set(name, undefined)
      notes.push(`${title} was left out: ${error.message}`)
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
