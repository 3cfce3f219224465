/**
 * Decoded pixels as tensors.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { simdLevels } from '../core/tensors/simd/simdLevels.js'
import type { Box } from '../core/language/box.js'
import type { Pixels } from './decodedPicture.js'

/** Memory for this many numbers of a batch. */
export type MakeFloats = (length: number) => Float32Array

const newFloats: MakeFloats = (length) => new Float32Array(length)

/** All pixels on a grey of this value: [1, height, width, 3] in [0, 1]. */
export const pixelTensor = (pixels: Pixels, behind: number): Tensor4D => pixelBatch([pixels], behind)

/**
 * Pictures of one size on a grey of this value: [pictures, height, width, 3] in [0, 1]. `floats` gives the memory that the native backend and cpu read the numbers from as
 * long as the tensor lives.
 */
export const pixelBatch = (pictures: readonly [Pixels, ...Pixels[]], behind: number, floats: MakeFloats = newFloats): Tensor4D => {
  const [{ height, width }] = pictures
  const found = opaqueBatch(pictures, { rows: [0, height], columns: [0, width] }, floats)
  return found ?? blended(pictures, behind, floats)
}

/** The pixels in a box: [1, height, width, 3] in [0, 1]; undefined if one of them is transparent. */
export const opaqueTensor = (pixels: Pixels, box: Box): Tensor4D | undefined => opaqueBatch([pixels], box, newFloats)

const opaqueBatch = (pictures: readonly Pixels[], box: Box, floats: MakeFloats): Tensor4D | undefined => {
  const found = bySimd(pictures, box) ?? oneByOne(pictures, box, floats)
  return found === 'transparent' ? undefined : found
}

const bySimd = (pictures: readonly Pixels[], { rows, columns }: Box): Tensor4D | 'transparent' | undefined => {
  const lines = pictures.flatMap(({ data, width }) =>
    data instanceof Uint8Array ? [{ data, from: 4 * (rows[0] * width + columns[0]), apart: 4 * width }] : [],
  )
  return lines.length === pictures.length ? simdLevels(lines, rows[1] - rows[0], columns[1] - columns[0]) : undefined
}

const oneByOne = (pictures: readonly Pixels[], { rows, columns }: Box, floats: MakeFloats): Tensor4D | 'transparent' => {
  const [high, wide] = [rows[1] - rows[0], columns[1] - columns[0]]
  const size = high * wide * 3
  const values = floats(pictures.length * size)
  for (const [i, pixels] of pictures.entries()) if (!writeOpaque(values, i * size, pixels, { rows, columns })) return 'transparent'
  return tf.tensor4d(values, [pictures.length, high, wide, 3])
}

/** Whether all pixels are opaque; the numbers of a picture that is not are incomplete. */
const writeOpaque = (values: Float32Array, start: number, { data, white, width }: Pixels, { rows, columns }: Box): boolean => {
  // Faster than a division, and the same float32 for every sample of 8 and 16 bits.
  const level = 1 / white
  let [to, alpha] = [start, white]
  for (let row = rows[0]; row < rows[1]; row++) {
    const end = 4 * (row * width + columns[1])
    for (let at = 4 * (row * width + columns[0]); at < end; at += 4) {
      values[to++] = (data[at] ?? 0) * level
      values[to++] = (data[at + 1] ?? 0) * level
      values[to++] = (data[at + 2] ?? 0) * level
      alpha &= data[at + 3] ?? 0
    }
    if (alpha !== white) return false
  }
  return true
}

const blended = (pictures: readonly [Pixels, ...Pixels[]], behind: number, floats: MakeFloats): Tensor4D => {
  const [{ height, width }] = pictures
  const values = floats(pictures.length * height * width * 3)
  let at = 0
  for (const { data, white } of pictures)
    for (let pixel = 0; pixel < data.length; pixel += 4) {
      const alpha = (data[pixel + 3] ?? 0) / white
      const rest = behind * (1 - alpha)
      values[at++] = ((data[pixel] ?? 0) / white) * alpha + rest
      values[at++] = ((data[pixel + 1] ?? 0) / white) * alpha + rest
      values[at++] = ((data[pixel + 2] ?? 0) / white) * alpha + rest
    }
  return tf.tensor4d(values, [pictures.length, height, width, 3])
}
