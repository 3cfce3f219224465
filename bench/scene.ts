import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Scene } from './row.js'

/** A picture made by formula: waves whose phase depends on the seed, [batch, side, side, 3] in [0, 1]. */
const waves = (seed: number, batch: number, side: number): Tensor4D => {
  const value = (at: number): number => {
    const channel = at % 3
    const x = Math.floor(at / 3) % side
    const y = Math.floor(at / 3 / side)
    return 0.5 + 0.5 * Math.sin(0.11 * (channel + 1) * x + 0.07 * (seed + 1) * y + seed) * Math.cos(0.013 * x * (seed + 1) - 0.05 * y)
  }
  return tf.tensor4d(
    Float32Array.from({ length: batch * side * side * 3 }, (_, at) => value(at)),
    [batch, side, side, 3],
  )
}

/** Two different pictures of one size. */
export const scene = (batch: number, side: number): Scene => ({ target: waves(0, batch, side), prediction: waves(1, batch, side) })
