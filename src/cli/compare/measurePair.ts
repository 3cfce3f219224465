/** Compares one pair by every loss. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException, type CompiledLoss } from '../../index.js'
import { messageAbout } from '../errorsByFile.js'
import type { NamedLoss } from '../namedLosses.js'
import { readPair, type Both, type PicturePair } from '../readPictures.js'
import type { Pair } from './pairs.js'

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

/** How a pair is prepared. */
export interface Preparing {
  /** Whether the picture is resized to its reference's size. */
  readonly resize: boolean
  /** Pixels cropped from each edge of both. */
  readonly crop: number
}

/** Compares the two pictures of a pair. */
export const measure = async (pair: Pair, losses: readonly ComparedLoss[], { resize, crop }: Preparing): Promise<Measured> => {
  const read = await readPair(pair, resize)
  const backgrounds = backgroundsOf(read)
  const cut: Both[] = []
  try {
    if (crop > 0) cut.push(...backgrounds.map((both) => croppedPair(both, crop, pair)))
    const compared = crop > 0 ? cut : backgrounds
    const { samples, notes } = await scoresOf(losses, compared)
    const [, height, width] = compared[0]?.reference.shape ?? read.reference.shape
    const leftOut = notes.map(({ title, error }) => ({ title, message: aboutPair(error, pair) }))
    return { ...pair, height, width, scores: samples[0] ?? {}, surprises: read.surprises, leftOut }
  } catch (error) {
    throw ofFile(error, pair)
  } finally {
    tf.dispose([...backgrounds, ...cut].map(({ reference, picture }) => [reference, picture]))
  }
}

const croppedPair = ({ reference, picture }: Both, crop: number, files: Pair): Both => ({
  reference: cropped(reference, crop, files.reference),
  picture: cropped(picture, crop, files.picture),
})

const cropped = (image: Tensor4D, crop: number, file: string): Tensor4D => {
  const [, height, width] = image.shape
  if (Math.min(height, width) > 2 * crop) return tf.slice(image, [0, crop, crop, 0], [1, height - 2 * crop, width - 2 * crop, -1])
  throw new Error(
    `${file} has ${String(height)} x ${String(width)} pixels (height x width); --crop ${String(crop)} removes all of it. Crop less than half of each side.`,
  )
}

/** The scores of a batch of pairs of one size. */
export interface Scores {
  /** One record per pair, in reported units. */
  readonly samples: readonly Measured['scores'][]
  /** The skipped losses, and why. */
  readonly notes: readonly { readonly title: string; readonly error: LossException }[]
}

/** The two pictures on each background used for the comparison. */
export const backgroundsOf = ({ reference, picture, onBlack }: PicturePair): readonly Both[] => [
  { reference, picture },
  ...(onBlack === undefined ? [] : [onBlack]),
]

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
