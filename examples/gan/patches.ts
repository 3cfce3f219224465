/** What is learned from: patches of photographs, each with a code of its own. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { readImage } from '../../src/node/index.js'
import { PHOTOGRAPHS, photograph } from '../photographs.js'
import { CODE } from './models.js'
import type { GanOptions } from './options.js'

/** Patches are cut from photographs of this many times their size, so that a patch shows something. */
const SCALE = 2.5

/** One batch: pictures in [-1, 1], and their codes. */
export interface Batch {
  readonly real: Tensor4D
  readonly codes: Tensor2D
}

/**
 * Patches at random places, in batches.
 *
 * The article compares each generated picture with whichever real one stands at its place in the batch, so that the perceptual loss asks every code for every picture,
 * which only their mean can answer. Here each patch keeps a code of its own: that is what the loss can be brought down on.
 */
export const makeBatches = async ({ size, patches, batch, seed }: Pick<GanOptions, 'size' | 'patches' | 'batch' | 'seed'>): Promise<readonly Batch[]> => {
  const photographs = await Promise.all(PHOTOGRAPHS.map((name) => readImage(photograph(name), { size: Math.round(size * SCALE) })))
  const places = tf.tidy(() => Array.from(tf.randomUniform([patches, 2], 0, 1, 'float32', seed).dataSync()))
  const cut = (i: number): Tensor4D => {
    const photograph = photographs[i % photographs.length] ?? tf.zeros<tf.Rank.R4>([1, size, size, 3])
    const [, height, width] = photograph.shape
    const [top, left] = [height, width].map((side, axis) => Math.floor((places[2 * i + axis] ?? 0) * (side - size + 1))) as [number, number]
    return tf.slice(photograph, [0, top, left, 0], [1, size, size, 3])
  }
  const starts = Array.from({ length: Math.ceil(patches / batch) }, (_, n) => n * batch)
  const batches = starts.map((start) =>
    tf.tidy(() => {
      const count = Math.min(batch, patches - start)
      const pictures = tf.concat(Array.from({ length: count }, (_, i) => cut(start + i)))
      return { real: tf.sub<Tensor4D>(tf.mul(pictures, 2), 1), codes: newCodes(count, seed + start + 1) }
    }),
  )
  tf.dispose(photographs)
  return batches
}

/** Codes [count, 64]: standard normal numbers. */
export const newCodes = (count: number, seed: number): Tensor2D => tf.randomNormal<tf.Rank.R2>([count, CODE], 0, 1, 'float32', seed)
