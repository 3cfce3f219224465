/** Gradient descent on a picture. */
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Variable } from '@tensorflow/tfjs'
import type { PreparedLoss } from '../../index.js'

/** The best of 0.025, 0.04 and 0.06 for clean strokes in 50 steps of style transfer. */
const LEARNING_RATE = 0.04

/** One step done: its number from 1, and the loss before it. */
export interface Step {
  readonly step: number
  readonly cost: number
}

/** Optimizes `image` in place with Adam, within [0, 1]; yields after every step, so that signals and output are handled. */
export async function* descend(loss: PreparedLoss, image: Variable, steps: number): AsyncGenerator<Step> {
  const optimizer = tf.train.adam(LEARNING_RATE)
  try {
    for (let step = 1; step <= steps; step++) {
      const cost = optimizer.minimize(() => loss(image), true, [image])
      tf.tidy(() => {
        image.assign(tf.clipByValue(image, 0, 1))
      })
      await setImmediate()
      yield { step, cost: await numberOf(cost) }
    }
  } finally {
    optimizer.dispose()
  }
}

const numberOf = async (scalar: Tensor | null): Promise<number> => {
  const values = await scalar?.data()
  scalar?.dispose()
  return values?.[0] ?? Number.NaN
}
