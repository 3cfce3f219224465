import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { magnitude } from './magnitude.js'

/** Below this size a similarity counts as this, so that its power has a slope. */
const LEAST = 1e-12

/** The constant of both similarities, for values in 0 .. 255, and the power of their product. */
const [CONSTANT, POWER] = [200, 0.03]

/** What chroma (I and Q in 0 .. 255) takes from a similarity: 1 - |s(I) s(Q)|^0.03, from [batch, height, width, 2] each; exactly 0 where both are equal. */
export const chromaLoss = (x: Tensor4D, y: Tensor4D): Tensor => {
  // The quotient itself has more digits near 0 than 1 less its distance from 1.
  const similarity = tf.div(tf.add(tf.mul(tf.mul(x, y), 2), CONSTANT), tf.add(tf.add(tf.square(x), tf.square(y)), CONSTANT))
  const [inPhase, quadrature] = tf.split(similarity, 2, 3) as [Tensor, Tensor]
  return tf.sub(1, tf.exp(tf.mul(tf.log(tf.maximum(magnitude(tf.mul(inPhase, quadrature)), LEAST)), POWER)))
}

/** 1 - (1 - a) (1 - b), of what two similarities lack. */
export const either = (a: Tensor, b: Tensor): Tensor => tf.sub(tf.add(a, b), tf.mul(a, b))
