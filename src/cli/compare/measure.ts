/** Compares one pair by every loss. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException, type CompiledLoss } from '../../index.js'
import type { NamedLoss } from '../losses.js'
import { readPair } from '../pictures.js'
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
  const { reference, picture, surprises } = await readPair(pair, resize)
  try {
    const { samples, notes } = await scoresOf(columns, reference, picture)
    const [, height, width] = reference.shape
    return { ...pair, height, width, scores: samples[0] ?? {}, surprises: [...surprises, ...notes] }
  } finally {
    tf.dispose([reference, picture])
  }
}

/** The scores of a batch of pairs of one size. */
export interface Scores {
  /** One record a pair, as people report them. */
  readonly samples: readonly Measured['scores'][]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** Compares two batches by every loss. */
export const scoresOf = async (columns: readonly Column[], reference: Tensor4D, picture: Tensor4D): Promise<Scores> => {
  const samples = Array.from({ length: reference.shape[0] }, (): Record<string, number | undefined> => ({}))
  const notes: string[] = []
  for (const { name, title, f, report, optional } of columns) {
    try {
      const values = f.perSample(reference, picture)
      const numbers = await values.data()
      values.dispose()
      for (const [i, scores] of samples.entries()) scores[name] = report(numbers[i] ?? Number.NaN)
      await tf.nextFrame()
    } catch (error) {
      if (!(optional && isTooSmall(error))) throw error
      for (const scores of samples) scores[name] = undefined
      notes.push(`${title} was left out: ${error.message}`)
    }
  }
  return { samples, notes }
}

const isTooSmall = (error: unknown): error is LossException =>
  error instanceof LossException && ['TooSmall', 'UnfitSize', 'WrongFeatureShape'].includes(error.error._tag)
