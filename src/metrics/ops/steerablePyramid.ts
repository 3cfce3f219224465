/**
 * The coarsest level of a complex steerable pyramid: one octave of frequencies, split by orientation, as a small complex picture for each.
 *
 * Only its frequencies are computed, by products of matrices, so that every backend has them, for any size, and their gradient.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { Shape } from '../../core/errors/shape.js'
import { fourier } from './fourier.js'
import { fourierFlops } from './fourierByMatrices.js'

/** How often the picture is halved before the level, and the directions it is split by. */
const [HALVINGS, ORIENTATIONS] = [3, 8]

/** The number of positions of the level along a side. */
const levelSide = (side: number): number => {
  let size = side
  for (let i = 0; i < HALVINGS; i++) size = Math.ceil((size - 0.5) / 2)
  return size
}

/** The height and width of the level. */
export const levelSides = ([, height = 0, width = 0]: Shape): readonly [height: number, width: number] => [levelSide(height), levelSide(width)]

/** The frequencies of the level along a side, in whole periods, in the order of the transform. */
const periods = (side: number): readonly number[] => {
  const size = levelSide(side)
  const half = Math.floor(size / 2)
  return Array.from({ length: size }, (_, i) => ((i + half) % size) - half)
}

/** [[C], [-S]]: from positions to the level's frequencies, real parts over imaginary ones, over the root of the side. */
const fromReal = (side: number): Tensor2D => {
  const rows = periods(side)
  const parts = [Math.cos, (angle: number) => -Math.sin(angle)]
  return tf.tensor2d(
    parts.flatMap((part) => rows.map((k) => Array.from({ length: side }, (_, n) => part((2 * Math.PI * ((k * n) % side)) / side) / Math.sqrt(side)))),
  )
}

/** [[C, S], [-S, C]]: the same of complex numbers. */
const fromComplex = (side: number): Tensor2D => {
  const half = fromReal(side)
  const [cosines, sines] = tf.split(half, 2) as [Tensor2D, Tensor2D]
  return tf.concat([half, tf.concat([tf.neg(sines), cosines])], 1)
}

/** The level's frequencies of a greyscale picture: [batch, height, width, 1] to [2, batch, height, width], sides of the level. */
const spectrumOf = (x: Tensor4D): Tensor => {
  const [batch, height, width] = x.shape
  const [high, wide] = levelSides(x.shape)
  const byRows = tf.matMul(fromReal(height), tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [height, batch * width]))
  const columns = tf.reshape(tf.transpose(tf.reshape(byRows, [2, high, batch, width]), [0, 3, 1, 2]), [2 * width, high * batch])
  return tf.transpose(tf.reshape(tf.matMul(fromComplex(width), columns), [2, wide, high, batch]), [0, 3, 2, 1])
}

/** A raised cosine over an octave, from 0 at half of a frequency to 1, by the logarithm of their ratio. */
const rise = (octaves: number): number => Math.cos((Math.PI / 2) * Math.min(0, Math.max(-1, octaves)))

/** What each orientation lets through of each frequency: [1, 1, orientations, height, width]. */
const masksOf = ([, height = 0, width = 0]: Shape): Tensor => {
  const at = (across: number, down: number): readonly number[] => {
    const [x, y] = [across / (width / 2), down / (height / 2)]
    const octaves = Math.log2(Math.hypot(x, y)) + HALVINGS
    // Rises to the level's centre, and falls again over the next octave.
    const radial = across === 0 && down === 0 ? 0 : rise(octaves + 1) * rise(-1 - octaves)
    return Array.from({ length: ORIENTATIONS }, (_, i) => radial * Math.max(0, Math.cos(Math.atan2(y, x) - (Math.PI * i) / ORIENTATIONS)) ** (ORIENTATIONS - 1))
  }
  const [rows, columns] = [periods(height), periods(width)]
  return tf.transpose(
    tf.tensor5d(
      rows.flatMap((down) => columns.flatMap((across) => at(across, down))),
      [1, 1, rows.length, columns.length, ORIENTATIONS],
    ),
    [0, 1, 4, 2, 3],
  )
}

/** The level of a greyscale picture, real and imaginary parts: [batch, height, width, orientations] each, sides of the level. */
export const coarseBands = (x: Tensor4D): readonly [real: Tensor4D, imaginary: Tensor4D] => {
  const filtered = tf.mul(tf.expandDims(spectrumOf(x), 2), masksOf(x.shape))
  const bands = tf.transpose(fourier(filtered, -1), [0, 1, 3, 4, 2])
  return tf.unstack(bands) as [Tensor4D, Tensor4D]
}

/** The operations per picture. */
export const bandsFlops = (shape: Shape): number => {
  const [, height = 0, width = 0] = shape
  const [high, wide] = levelSides(shape)
  return 4 * high * height * width + 8 * wide * width * high + ORIENTATIONS * high * wide * fourierFlops(high, wide)
}
