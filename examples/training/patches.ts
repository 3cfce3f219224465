/** What is learned from: patches of photographs. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** Random patches [batch, size, size, 3] of the photographs, some of them mirrored; the same for the same seed. */
export const patchesOf = (photographs: readonly Tensor4D[], batch: number, size: number, seed: number): Tensor4D =>
  tf.tidy(() => {
    const chances = tf.randomUniform<tf.Rank.R2>([batch, 4], 0, 1, 'float32', seed).arraySync()
    return tf.concat(
      chances.map(([which = 0, down = 0, right = 0, mirror = 0]) => {
        const photograph = photographs[Math.floor(which * photographs.length)]!
        const [, height, width] = photograph.shape
        const corner = [0, Math.floor(down * (height - size + 1)), Math.floor(right * (width - size + 1)), 0] as [number, number, number, number]
        const patch = tf.slice4d(photograph, corner, [1, size, size, 3])
        return mirror < 0.5 ? tf.reverse4d(patch, 2) : patch
      }),
    )
  })
