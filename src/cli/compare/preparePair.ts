/** Reads the pictures of a pair, and crops them. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readPair, type Both, type PicturePair } from '../readPictures.js'
import { disposePair } from './batches.js'
import type { Pair } from './pairs.js'

/** How a pair is prepared. */
export interface Preparing {
  /** Whether the picture is resized to its reference's size. */
  readonly resize: boolean
  /** Pixels cropped from each edge of both. */
  readonly crop: number
}

/** A pair to compare, with its files. */
export interface Ready extends PicturePair {
  readonly files: Pair
}

/** A pair that cannot be compared, and why. */
export interface Refused {
  readonly files: Pair
  readonly problem: unknown
}

/** Reads a pair; what prevents it is a value, too. The caller disposes of the pictures. */
export const prepare = async (files: Pair, { resize, crop }: Preparing): Promise<Ready | Refused> => {
  try {
    const pair = await readPair(files, resize)
    return { files, ...(crop === 0 ? pair : croppedPair(pair, crop, files)) }
  } catch (problem) {
    return { files, problem }
  }
}

/** The pair without its edges; what was read is disposed of. */
const croppedPair = (pair: PicturePair, crop: number, files: Pair): PicturePair => {
  const cutBoth = ({ reference, picture }: Both): Both => ({
    reference: cropped(reference, crop, files.reference),
    picture: cropped(picture, crop, files.picture),
  })
  try {
    return { ...pair, ...cutBoth(pair), onBlack: pair.onBlack === undefined ? undefined : cutBoth(pair.onBlack) }
  } finally {
    disposePair(pair)
  }
}

const cropped = (image: Tensor4D, crop: number, file: string): Tensor4D => {
  const [, height, width] = image.shape
  if (Math.min(height, width) > 2 * crop) return tf.slice(image, [0, crop, crop, 0], [1, height - 2 * crop, width - 2 * crop, -1])
  throw new Error(
    `${file} has ${String(height)} x ${String(width)} pixels (height x width); --crop ${String(crop)} removes all of it. Crop less than half of each side.`,
  )
}
