/**
 * Pairs of pictures in batches: pairs of one size go through the networks together.
 *
 * Law: a pair's numbers do not depend on the batch that it is in (to the bit on WASM and cpu; TensorFlow's C library chooses its algorithms by the batch).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Pixels } from '../../node/decodedPicture.js'
import { pixelTensor } from '../../node/pixelTensor.js'
import type { Both, PicturePair } from '../readPictures.js'

/** A batch has no more pixels than one picture of this many, but for a larger picture, which goes alone. */
export const BATCH_PIXELS = 512 * 512

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

/** Pairs of one size as one batch for each background. The caller disposes of them. */
export const stackedPairs = (pairs: readonly PicturePair[]): readonly Both[] => {
  const [first] = pairs
  if (first === undefined) return []
  const [references, pictures] = [stackedPixels(pairs.map(({ reference }) => reference)), stackedPixels(pairs.map(({ picture }) => picture))]
  return greysOf(first).map((grey) => ({ reference: batchOf(references, pairs.length, grey), picture: batchOf(pictures, pairs.length, grey) }))
}

/** Pictures of one size and kind of samples, one below the other. As tensors they would be copied one by one: a sixth of the time of LPIPS on the native backend. */
const stackedPixels = (pictures: readonly Pixels[]): Pixels => {
  const [first] = pictures
  if (first === undefined || pictures.length === 1) return first ?? { data: new Uint8Array(), white: 255, height: 0, width: 0 }
  const { white, height, width } = first
  const length = 4 * height * width
  const data = white === 255 ? new Uint8Array(pictures.length * length) : new Uint16Array(pictures.length * length)
  for (const [i, picture] of pictures.entries()) data.set(picture.data, i * length)
  return { data, white, height: pictures.length * height, width }
}

const batchOf = (stack: Pixels, count: number, grey: number): Tensor4D =>
  tf.tidy(() => tf.reshape<tf.Rank.R4>(pixelTensor(stack, grey), [count, stack.height / count, stack.width, 3]))

/** One batch of them; they are disposed of. */
export const stacked = (images: readonly Tensor4D[]): Tensor4D => {
  const [only] = images
  if (images.length === 1 && only !== undefined) return only
  const batch = tf.concat([...images], 0)
  tf.dispose([...images])
  return batch
}
