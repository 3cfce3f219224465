import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { stopGradient } from '../core/tensors/engine.js'
import { differentiable } from '../core/tensors/differentiable.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { channelMean } from '../core/tensors/perSample.js'
import { bestContexts } from './ops/contexts.js'
import { paired } from './ops/paired.js'
import { elements } from '../core/errors/shape.js'
import { oneOf, positive } from '../core/arguments/codecs.js'

/** Options of `contextual`. */
export interface ContextualOptions {
  /** The bandwidth h of the softmax over distances; default 0.5. */
  readonly bandwidth: number
  /** 'pytorch' (default): distances 1 - cos and -log(CX + 1e-5), as in the PyTorch versions; 'original': (1 - cos) / 2 and -log(CX), as the authors' TensorFlow one. */
  readonly like: 'pytorch' | 'original'
}

/** What keeps the logarithm finite. */
const IN_LOGARITHM: Readonly<Record<ContextualOptions['like'], number>> = { pytorch: 1e-5, original: 0 }

/** CX is at least 1 over the number of points, and no tensor has more. */
const MOST_POINTS = Number.MAX_SAFE_INTEGER

/** Vectors of length 1 along the last axis; one of zeros stays so, and has no gradient. */
const unit = (x: Tensor): Tensor =>
  differentiable(x, (input, save) => {
    const norm = safeSqrt(tf.sum(tf.square(input), -1, true))
    const isLong = stopGradient(() => tf.cast(tf.greater(norm, 0), 'float32'))
    const inverse = tf.div(isLong, tf.maximum(norm, 1e-12))
    const value = tf.mul(input, inverse)
    save([value, inverse])
    return {
      value,
      gradient: (dy, [direction = value, scale = inverse]) => tf.mul(tf.sub(dy, tf.mul(direction, tf.sum(tf.mul(direction, dy), -1, true))), scale),
    }
  })

/** The mean of points [batch, points, channels], and what its rounding leaves: vectors near it would turn by that. */
const meanOf = (points: Tensor): readonly [Tensor, Tensor] => {
  const mean = (of: Tensor): Tensor => tf.expandDims(channelMean(of), 1)
  const rounded = mean(points)
  return [rounded, mean(tf.sub(points, rounded))]
}

/**
 * The contextual loss: compares features as sets of points without alignment; low if each point of the reference has its own nearest point in the prediction.
 *
 * Vectors are centred on the reference's mean and normalized. With d_ij the cosine distance of the prediction's point i and the reference's j, and
 * w_ij = exp((1 - d_ij / (min_k d_ik + 1e-5)) / h): CX = mean_j max_i w_ij / sum_k w_ik, and the loss is -log CX.
 *
 * Value: 'pytorch' from -1e-5 to 11.5, 'original' from 0 to the logarithm of the number of points; not zero on identity, not symmetric. Any feature; the last axis holds the vectors. Memory: points are
 * compared in bands of rows (2 million distances at a time), forward and again backward, so 128 x 128 points need no sampling; time grows with the square of the points.
 *
 * Source: Mechrez, Talmi and Zelnik-Manor, "The Contextual Loss for Image Transformation with Non-Aligned Data", 2018, eq. 2 to 5, and the authors' `CX/CSFlow.py`;
 * the mean here is each sample's own.
 *
 * @example contextual(featureAt('block3_conv3'))
 */
export const contextual: Metric<ContextualOptions> = defineMetric({
  id: 'contextual',
  options: t.strict({ bandwidth: positive, like: oneOf('pytorch', 'original') }),
  defaults: { bandwidth: 0.5, like: 'pytorch' },
  laws: ({ like }) => ({
    symmetric: false,
    zeroOnIdentity: false,
    range: like === 'pytorch' ? [-Math.log(Math.fround(1 + IN_LOGARITHM.pytorch)), -Math.log(IN_LOGARITHM.pytorch)] : [0, Math.log(MOST_POINTS)],
    smooth: false,
  }),
  // Every point with every other: a scalar product, and some ten operations on it.
  flops: () => (feature) => {
    const [batch = 1, channels = 1] = [feature[0], feature.at(-1)]
    const points = elements(feature) / (batch * channels)
    return batch * points ** 2 * (2 * channels + 10)
  },
  tiling: () => ({ refused: 'compares every position with all others' }),
  apply:
    ({ bandwidth, like }) =>
    (reference, prediction) => {
      const [batch = 0] = prediction.shape
      const channels = prediction.shape.at(-1) ?? 1
      const points = (x: Tensor): Tensor => tf.reshape(x, [batch, -1, channels])
      const [y, x] = [points(reference), points(prediction)]
      const [centre, rounding] = meanOf(y)
      const centred = (of: Tensor): Tensor => tf.sub(tf.sub(of, centre), rounding)
      const contexts = bestContexts(paired(unit(centred(y)), unit(centred(x))), { bandwidth, half: like === 'original' })
      return tf.neg(tf.log(tf.add<Tensor1D>(tf.minimum(contexts, 1), IN_LOGARITHM[like])))
    },
})
