/**
 * Pairs of pictures in batches: pairs of one size go through the networks together.
 *
 * Law: a pair's numbers do not depend on the batch that it is in (to the bit on WASM and cpu; TensorFlow's C library chooses its algorithms by the batch).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { pixelBatch } from '../../node/pixelTensor.js'
import type { Both, PicturePair } from '../readPictures.js'

/** A batch has no more pixels than one picture of this many, but for a larger picture, which goes alone. */
export const BATCH_PIXELS = 640 * 480

/** How many pixels a pair's picture has. */
export const pixelsOf = ({ reference: { height, width } }: PicturePair): number => height * width

/** The pairs of each size and kind of samples; pairs that are compared on black, too, are apart. */
export const bySize = <P extends PicturePair>(pairs: readonly P[]): readonly (readonly P[])[] => {
  const sizes = new Map<string, P[]>()
  for (const pair of pairs) {
    const { reference, picture, onBlack } = pair
    const size = [reference.height, reference.width, reference.white, picture.white, onBlack].join(' ')
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

/** The greys behind transparent pixels on which a pair is compared. */
const greysOf = ({ onBlack }: PicturePair): readonly number[] => (onBlack ? [1, 0] : [1])

/** Pairs of one size as one batch for each background. The caller disposes of them, before `memory` serves another batch. */
export const stackedPairs = (pairs: readonly PicturePair[], memory: BatchMemory = newMemory): readonly Both[] => {
  const [first, ...others] = pairs
  if (first === undefined) return []
  return greysOf(first).map((grey, i) => {
    const batchOf = (side: 'reference' | 'picture'): Tensor4D =>
      pixelBatch([first[side], ...others.map((pair) => pair[side])], grey, (length) => memory(`${side} ${String(i)}`, length))
    return { reference: batchOf('reference'), picture: batchOf('picture') }
  })
}

/** Memory for the numbers of a part of a batch. */
export type BatchMemory = (part: string, length: number) => Float32Array

const newMemory: BatchMemory = (_part, length) => new Float32Array(length)

/** The same memory for batch after batch: clearing new memory takes longer than writing the numbers. */
export const reusedMemory = (): BatchMemory => {
  const kept = new Map<string, Float32Array>()
  return (part, length) => {
    const known = kept.get(part)
    if (known !== undefined && known.length >= length) return known.subarray(0, length)
    const floats = new Float32Array(length)
    kept.set(part, floats)
    return floats
  }
}

/** One batch of them; they are disposed of. */
export const stacked = (images: readonly Tensor4D[]): Tensor4D => {
  const [only] = images
  if (images.length === 1 && only !== undefined) return only
  const batch = tf.concat([...images], 0)
  tf.dispose([...images])
  return batch
}
