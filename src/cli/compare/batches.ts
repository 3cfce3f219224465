/**
 * Pairs of pictures in batches: pairs of one size go through the networks together.
 *
 * Law: a pair's numbers do not depend on the batch that it is in (to the bit on WASM and cpu; TensorFlow's C library chooses its algorithms by the batch).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Both, PicturePair } from '../readPictures.js'

/** A batch has no more pixels than one picture of this many, but for a larger picture, which goes alone. */
export const BATCH_PIXELS = 512 * 512

/** How many pixels a pair's picture has. */
export const pixelsOf = ({ reference: { size } }: PicturePair): number => size / 3

/** The pairs of each size; pairs that are compared on black, too, are apart. */
export const bySize = <P extends PicturePair>(pairs: readonly P[]): readonly (readonly P[])[] => {
  const sizes = new Map<string, P[]>()
  for (const pair of pairs) {
    const size = `${pair.reference.shape.join('x')}${pair.onBlack === undefined ? '' : ', on black too'}`
    const alike = sizes.get(size)
    if (alike === undefined) sizes.set(size, [pair])
    else alike.push(pair)
  }
  return [...sizes.values()]
}

/** Pairs of one size in batches of at most this many. */
export const inBatches = <P extends PicturePair>(alike: readonly P[], most: number): readonly (readonly P[])[] => {
  const [first] = alike
  if (first === undefined) return []
  const count = Math.max(1, Math.min(most, Math.floor(BATCH_PIXELS / pixelsOf(first))))
  return Array.from({ length: Math.ceil(alike.length / count) }, (_, i) => alike.slice(i * count, (i + 1) * count))
}

/** The two pictures on each background used for the comparison. */
export const backgroundsOf = ({ reference, picture, onBlack }: PicturePair): readonly Both[] => [
  { reference, picture },
  ...(onBlack === undefined ? [] : [onBlack]),
]

/** Pairs of one size as one batch for each background; their pictures are disposed of. */
export const stackedPairs = (pairs: readonly PicturePair[]): readonly Both[] => {
  const all = pairs.map(backgroundsOf)
  const backgrounds = all[0]?.length ?? 0
  return Array.from({ length: backgrounds }, (_, i) => {
    const alike = all.flatMap((one) => one[i] ?? [])
    return { reference: stacked(alike.map(({ reference }) => reference)), picture: stacked(alike.map(({ picture }) => picture)) }
  })
}

/** One batch of them; they are disposed of. */
export const stacked = (images: readonly Tensor4D[]): Tensor4D => {
  const [only] = images
  if (images.length === 1 && only !== undefined) return only
  const batch = tf.concat([...images], 0)
  tf.dispose([...images])
  return batch
}

/** Frees the pictures of a pair. */
export const disposePair = (pair: PicturePair): void => {
  tf.dispose(backgroundsOf(pair).map(({ reference, picture }) => [reference, picture]))
}
