/**
 * Decoded pixels as tensors.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { simdLevels } from '../core/tensors/simd/simdLevels.js'
import type { Box } from '../core/language/box.js'
import type { Pixels } from './decodedPicture.js'

/** All pixels on a grey of this value: [1, height, width, 3] in [0, 1]. */
export const pixelTensor = (pixels: Pixels, behind: number): Tensor4D =>
  opaqueTensor(pixels, { rows: [0, pixels.height], columns: [0, pixels.width] }) ?? blended(pixels, behind)

/** The pixels in a box: [1, height, width, 3] in [0, 1]; undefined if one of them is transparent. */
export const opaqueTensor = (pixels: Pixels, box: Box): Tensor4D | undefined => {
  const found = bySimd(pixels, box) ?? oneByOne(pixels, box)
  return found === 'transparent' ? undefined : found
}

const bySimd = ({ data, width }: Pixels, { rows, columns }: Box): Tensor4D | 'transparent' | undefined =>
  data instanceof Uint8Array
    ? simdLevels({ data, from: 4 * (rows[0] * width + columns[0]), apart: 4 * width, height: rows[1] - rows[0], width: columns[1] - columns[0] })
    : undefined

const oneByOne = ({ data, white, width }: Pixels, { rows, columns }: Box): Tensor4D | 'transparent' => {
  const [high, wide] = [rows[1] - rows[0], columns[1] - columns[0]]
  const values = new Float32Array(high * wide * 3)
  // Faster than a division, and the same float32 for every sample of 8 and 16 bits.
  const level = 1 / white
  let [to, alpha] = [0, white]
  for (let row = rows[0]; row < rows[1]; row++) {
    const end = 4 * (row * width + columns[1])
    for (let at = 4 * (row * width + columns[0]); at < end; at += 4) {
      values[to++] = (data[at] ?? 0) * level
      values[to++] = (data[at + 1] ?? 0) * level
      values[to++] = (data[at + 2] ?? 0) * level
      alpha &= data[at + 3] ?? 0
    }
    if (alpha !== white) return 'transparent'
  }
  return tf.tensor4d(values, [1, high, wide, 3])
}

const blended = ({ data, white, height, width }: Pixels, behind: number): Tensor4D => {
  const values = new Float32Array(height * width * 3)
  for (let pixel = 0, at = 0; at < values.length; pixel += 4, at += 3) {
    const alpha = (data[pixel + 3] ?? 0) / white
    const rest = behind * (1 - alpha)
    values[at] = ((data[pixel] ?? 0) / white) * alpha + rest
    values[at + 1] = ((data[pixel + 1] ?? 0) / white) * alpha + rest
    values[at + 2] = ((data[pixel + 2] ?? 0) / white) * alpha + rest
  }
  return tf.tensor4d(values, [1, height, width, 3])
}
