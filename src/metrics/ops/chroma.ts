import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { magnitude } from './magnitude.js'

/** Below this size a similarity counts as this, so that its power has a slope. */
const LEAST = 1e-12

/** How two channels of chroma count. */
export interface ChromaSimilarity {
  /** The constant of both similarities, for values in 0 .. 255. */
  readonly constant: number
  /** The power of their product. */
  readonly power: number
  /** Whether a product below 0 has the real part of its complex power, not the power of its size. */
  readonly complex: boolean
}

/** FSIM's, of I and Q. */
const YIQ: ChromaSimilarity = { constant: 200, power: 0.03, complex: false }

/** What chroma takes from a similarity: 1 - (s1 s2)^power, from [batch, height, width, 2] each in 0 .. 255; exactly 0 where both are equal. */
export const chromaLoss = (x: Tensor4D, y: Tensor4D, { constant, power, complex }: ChromaSimilarity = YIQ): Tensor => {
  // The quotient itself has more digits near 0 than 1 less its distance from 1.
  const similarity = tf.div(tf.add(tf.mul(tf.mul(x, y), 2), constant), tf.add(tf.add(tf.square(x), tf.square(y)), constant))
  const [first, second] = tf.split(similarity, 2, 3) as [Tensor, Tensor]
  const product = tf.mul(first, second)
  const kept = tf.exp(tf.mul(tf.log(tf.maximum(magnitude(product), LEAST)), power))
  if (!complex) return tf.sub(1, kept)
  const isNegative = stopGradient(() => tf.cast(tf.less(product, 0), 'float32'))
  return tf.sub(1, tf.mul(kept, tf.sub(1, tf.mul(isNegative, 1 - Math.cos(Math.PI * power)))))
}

/** 1 - (1 - a) (1 - b), of what two similarities lack. */
export const either = (a: Tensor, b: Tensor): Tensor => tf.sub(tf.add(a, b), tf.mul(a, b))
