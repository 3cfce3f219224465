import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'

/** An extreme over positions, [batch, 1, 1, channels]; positions that tie share its gradient. */
const extreme = (x: Tensor4D, of: typeof tf.min): Tensor => {
  // Times 1: on WebGPU a cast alone keeps the integers of a condition, which its program for sums over the first axes cannot read.
  const isExtreme = stopGradient(() => tf.mul(tf.cast(tf.equal(x, of(x, [1, 2], true)), 'float32'), 1))
  return tf.div(
    tf.sum(tf.mul(x, isExtreme), [1, 2], true),
    stopGradient(() => tf.sum(isExtreme, [1, 2], true)),
  )
}

/** Each channel moved and scaled to [0, 1]; 0, with a gradient of 0, where its range is at most `least`, that of rounding. */
export const stretched = (x: Tensor4D, least: number): Tensor4D => {
  const [smallest, largest] = [extreme(x, tf.min), extreme(x, tf.max)]
  const range = tf.sub(largest, smallest)
  const isFlat = stopGradient(() => tf.cast(tf.lessEqual(range, least), 'float32'))
  return tf.div(tf.mul(tf.sub(x, smallest), tf.sub(1, isFlat)), tf.add(range, isFlat))
}
