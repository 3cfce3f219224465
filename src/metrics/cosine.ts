import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { perSampleMean, sampleSize } from '../core/tensors/perSample.js'
import { symmetric, type OneSided } from './ops/symmetric.js'
import { positive } from '../core/arguments/codecs.js'

/** Options of `cosine`. */
export interface CosineOptions {
  /** Added to the squared norms; default 1e-8. */
  readonly epsilon: number
}

const norm = (x: Tensor, epsilon: number): Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), epsilon))

/** The unit vectors' difference, and what the gradient needs. */
const compareDirections = (reference: Tensor, prediction: Tensor, epsilon: number) => {
  const [a, b] = [norm(reference, epsilon), norm(prediction, epsilon)]
  const direction = tf.div(prediction, b)
  const difference = tf.sub(direction, tf.div(reference, a))
  const extra = tf.mul(tf.sub(tf.reciprocal(b), tf.reciprocal(a)), Math.sqrt(epsilon))
  const distance = tf.mul(tf.add(tf.sum(tf.square(difference), -1, true), tf.square(extra)), 0.5)
  return { length: b, direction, difference, distance }
}

/** The distance at a position, h, has the gradient (difference - h direction) / length: the part of the difference that is across the direction. */
const distanceOf =
  (epsilon: number): OneSided<Tensor1D> =>
  (reference, prediction) => {
    const { length, direction, difference, distance } = compareDirections(reference, prediction, epsilon)
    return {
      value: perSampleMean(distance),
      saved: [length, direction, difference, distance],
      gradient: (dy, [b = length, u = direction, d = difference, h = distance]) => {
        const by = tf.reshape(tf.div(dy, Math.max(1, sampleSize(h))), [-1, ...h.shape.slice(1).map(() => 1)])
        return tf.mul(tf.sub(d, tf.mul(u, h)), tf.div(by, b))
      },
    }
  }

/**
 * Cosine distance: the mean over positions of 1 - cos of the angle between the two channel vectors.
 *
 * Each vector gets one more coordinate, sqrt(epsilon), so that zero vectors have a direction, equal ones a distance of exactly 0, and gradients are
 * finite everywhere. It is computed as half the squared distance of the unit vectors, without cancellation near 0.
 *
 * Value: [0, 2], zero on identity, symmetric, smooth. Any feature; the last axis holds the vectors (a Gram's rows).
 *
 * Source: `torch.nn.CosineSimilarity`, whose epsilon bounds the product of the norms instead.
 *
 * @example cosine(featureAt('block4_conv3'))
 */
export const cosine: Metric<CosineOptions> = defineMetric({
  id: 'cosine',
  options: t.strict({ epsilon: positive }),
  defaults: { epsilon: 1e-8 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 2], smooth: true }),
  apply: ({ epsilon }) => {
    const distance = distanceOf(epsilon)
    return (reference, prediction) => symmetric(reference, prediction, distance)
  },
  tiling: () => 'mean',
  map:
    ({ epsilon }) =>
    (reference, prediction) =>
      compareDirections(reference, prediction, epsilon).distance,
})
