/** Which pixels are trained on, and which are held out. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readImage } from '../../src/node/index.js'
import { photograph } from '../photographs.js'
import { FACTOR } from './upscaler.js'

/** The left two thirds of the first four photographs are trained on; their right thirds and the whole fifth are held out. */
const TRAINED_ON = ['gravel', 'grass', 'coffee', 'astronaut'] as const
const UNSEEN = 'chelsea'

export const HELD_OUT = [...TRAINED_ON, UNSEEN] as const

export type HeldOut = (typeof HELD_OUT)[number]

/** Held-out pictures, or what became of them: [1, height, width, 3] in [0, 1], sides even. */
export type Pictures = Readonly<Record<HeldOut, Tensor4D>>

export const readPhotographs = async (): Promise<{ readonly learned: readonly Tensor4D[]; readonly heldOut: Pictures }> => {
  const parts = await Promise.all(TRAINED_ON.map(async (name) => ({ name, ...parted(await readImage(photograph(name))) })))
  const rights = parts.map(({ name, right }) => [name, right] as const)
  const heldOut = Object.fromEntries([...rights, [UNSEEN, even(await readImage(photograph(UNSEEN)))] as const]) as Pictures
  return { learned: parts.map(({ left }) => left), heldOut }
}

/** The left two thirds of a picture, and the rest. */
export const parted = (picture: Tensor4D): { readonly left: Tensor4D; readonly right: Tensor4D } => {
  const [, height, width] = picture.shape
  const cut = Math.round((2 * width) / 3)
  return { left: tf.slice4d(picture, [0, 0, 0, 0], [1, height, cut, 3]), right: even(tf.slice4d(picture, [0, 0, cut, 0], [1, height, width - cut, 3])) }
}

const even = (picture: Tensor4D): Tensor4D => {
  const [, height, width] = picture.shape
  return tf.slice4d(picture, [0, 0, 0, 0], [1, height - (height % FACTOR), width - (width % FACTOR), 3])
}
