/** Pictures for tests: made by formula, and the golden photographs. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import sharp from 'sharp'

/** A golden photograph, [1, height, width, 3] in [0, 1]. */
export const goldenImage = async (name: string): Promise<Tensor4D> => {
  const { data, info } = await sharp(new URL(`../goldens/images/${name}`, import.meta.url).pathname)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return tf.tensor4d(
    Float32Array.from(data, (byte) => byte / 255),
    [1, info.height, info.width, 3],
  )
}

/** A linear congruential generator: numbers in [0, 1) from a seed, the same on every machine. */
export const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Noise in [0, 1] of a shape. */
export const noise = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => {
  const next = random(seed)
  return tf.tensor4d(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, next), [...shape])
}

/** A picture of one colour. */
export const plain = (value: number, shape: readonly [number, number, number, number]): Tensor4D => tf.fill([...shape], value)
