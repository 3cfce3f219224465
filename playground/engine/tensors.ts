/** Pictures as tensors in [0, 1], and back. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { Picture } from './protocol.js'

/** [1, height, width, 3]. */
export const batchOf = ({ width, height, data }: Picture): Tensor4D => {
  const rgb = new Float32Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += 4) for (let channel = 0; channel < 3; channel++) rgb[to++] = (data[from + channel] ?? 0) / 255
  return tf.tensor4d(rgb, [1, height, width, 3])
}

/** A mask, [1, height, width, 1]: how bright a picture is, by its green. */
export const maskOf = (picture: Picture): Tensor4D => tf.tidy(() => tf.slice(batchOf(picture), [0, 0, 0, 1], [1, picture.height, picture.width, 1]))

/** The picture of a batch of one. */
export const pictureOf = async (batch: Tensor): Promise<Picture> => {
  const [, height = 0, width = 0] = batch.shape
  const rgb = await batch.data<'float32'>()
  const data = new Uint8ClampedArray(width * height * 4)
  for (let from = 0, to = 0; from < rgb.length; to++) {
    for (let channel = 0; channel < 3; channel++) data[to++] = 255 * (rgb[from++] ?? 0)
    data[to] = 255
  }
  return { width, height, data }
}
