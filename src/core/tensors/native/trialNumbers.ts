import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** Numbers in [-1, 1] by which ops are tried, the same for the same seed. */
export const trialNumbers = (seed: number, shape: readonly [number, number, number, number]): Tensor4D =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => Math.sin(seed + 3 * i)),
    [...shape],
  )
