import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define.js'
import { positive } from '../core/options.js'
import { meanOf, squares } from './curve.js'

/** Options of `cosine`. */
export interface CosineOptions {
  /** Added to the squared norms; 1e-8. */
  readonly epsilon: number
}

const norm = (x: Tensor, epsilon: number): Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), epsilon))

/** The difference of the unit vectors: in the channels, and in the coordinate sqrt(epsilon). */
const differences = (reference: Tensor, prediction: Tensor, epsilon: number) => {
  const [a, b] = [norm(reference, epsilon), norm(prediction, epsilon)]
  return {
    across: tf.sub(tf.div(prediction, b), tf.div(reference, a)),
    extra: tf.mul(tf.sub(tf.reciprocal(b), tf.reciprocal(a)), Math.sqrt(epsilon)),
  }
}

/**
 * Cosine distance: the mean over positions of 1 - cos of the angle between the two channel vectors.
 *
 * The vectors are taken with one more coordinate, sqrt(epsilon), in both: so zero vectors have a direction, equal ones a distance of exactly 0, and gradients are
 * finite everywhere. Computed as half the squared distance of the unit vectors, which has no cancellation near 0.
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
  apply:
    ({ epsilon }) =>
    (reference, prediction) => {
      const { across, extra } = differences(reference, prediction, epsilon)
      const channels = prediction.shape.at(-1) ?? 1
      return tf.mul(tf.add(tf.mul(meanOf(across, squares), channels), meanOf(extra, squares)), 0.5)
    },
  map:
    ({ epsilon }) =>
    (reference, prediction) => {
      const { across, extra } = differences(reference, prediction, epsilon)
      return tf.mul(tf.add(tf.sum(tf.square(across), -1, true), tf.square(extra)), 0.5)
    },
})
