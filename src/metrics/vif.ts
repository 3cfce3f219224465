import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../core/tensors/addAll.js'
import * as t from 'io-ts'
import { positive } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { blur, gaussianWindow, type Window } from '../core/tensors/gaussianWindow.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { centred } from './ops/centred.js'
import { everySecond } from '../core/tensors/everySecond.js'

/** Options of `vif`. */
export interface VifOptions {
  /** The variance of the eye's noise, for values in [0, 1]; default 2 / 255². */
  readonly noise: number
}

/** The windows of the four scales, fine to coarse: 17, 9, 5 and 3 positions, with a deviation of a fifth of that. */
const WINDOWS: readonly Window[] = [17, 9, 5, 3].map((size) => gaussianWindow(size, size / 5))

/** The shortest side that has a position at the coarsest scale. */
const SHORTEST = 41

/** Variances below this are none. */
const EPSILON = 1e-8 / 255 ** 2

/** Local variances of both, and their covariance. */
interface Statistics {
  readonly reference: Tensor4D
  readonly prediction: Tensor4D
  readonly both: Tensor4D
}

const statisticsOf = (x: Tensor4D, y: Tensor4D, window: Window): Statistics => {
  const [mx, my] = [blur(x, window), blur(y, window)]
  return {
    reference: tf.relu<Tensor4D>(tf.sub<Tensor4D>(blur(tf.square<Tensor4D>(x), window), tf.square(mx))),
    prediction: tf.relu<Tensor4D>(tf.sub<Tensor4D>(blur(tf.square<Tensor4D>(y), window), tf.square(my))),
    both: tf.sub<Tensor4D>(blur(tf.mul(x, y), window), tf.mul(mx, my)),
  }
}

const log10 = (x: Tensor): Tensor => tf.mul(tf.log(x), Math.LOG10E)

/**
 * What the reference says at each position, and what of it reaches the eye through the prediction: prediction = gain * reference + distortion, of which noise takes its part.
 */
const information = ({ reference, prediction, both }: Statistics, noise: number): { readonly said: Tensor; readonly kept: Tensor } => {
  const [hasBoth, hasPrediction] = stopGradient(() => {
    const [inReference, inPrediction] = [tf.greaterEqual(reference, EPSILON), tf.greaterEqual(prediction, EPSILON)]
    const positive = tf.greater(both, 0)
    return [tf.logicalAnd(tf.logicalAnd(inReference, inPrediction), positive), inPrediction].map((mask) => tf.cast(mask, 'float32'))
  }) as [Tensor, Tensor]
  const gain = tf.mul(tf.div(both, tf.maximum(reference, EPSILON)), hasBoth)
  const distortion = tf.relu(tf.mul(tf.sub(prediction, tf.mul(gain, both)), hasPrediction))
  return {
    said: log10(tf.add(tf.div(reference, noise), 1)),
    kept: log10(tf.add(tf.div(tf.mul(tf.square(gain), reference), tf.add(distortion, noise)), 1)),
  }
}

/** The luma less its mean: variances are the same, and keep their digits. */
const centredLuma = (picture: Tensor): Tensor4D => centred(lumaOf(picture))

/**
 * 1 - VIF, visual information fidelity in the pixel domain: the share of the reference's information that the prediction loses.
 *
 * At four scales of luma, local variances say how much of the reference a viewer sees through noise, directly and through the prediction; the value is 1 less the quotient of both sums.
 *
 * Value: at most 1, zero on identity, below 0 where the prediction has more contrast than the reference (as `1 - piq.vif_p`; piq's loss is cut off at 0); not symmetric, smooth. A reference of one colour has
 * nothing to lose: 0. RGB [batch, height, width, 3] with sides of at least 41; the noise is made for values in [0, 1]. Gradients are finite everywhere.
 *
 * Source: Sheikh and Bovik, "Image information and visual quality", 2006, with the authors' `vifp_mscale.m`; `piq.vif_p`.
 *
 * @example vif(pixels)
 */
export const vif: Metric<VifOptions> = defineMetric({
  id: 'vif',
  options: t.strict({ noise: positive }),
  defaults: { noise: 2 / 255 ** 2 },
  laws: () => ({ symmetric: false, zeroOnIdentity: true, range: [-Infinity, 1], smooth: true }),
  accepts: () => (feature) =>
    lumaProblem(feature) ??
    (Math.min(feature[1] ?? 0, feature[2] ?? 0) < SHORTEST ? `both sides must be at least ${String(SHORTEST)} for its four scales` : undefined),
  // Five blurs of two passes, and some thirty operations a position, at scales of which each has a quarter of the positions.
  flops: () => (feature) => ((5 * 4 * 17 + 30) / 3) * 1.2 * elements(feature),
  tiling: () => ({ refused: 'divides sums over the whole picture, at several scales' }),
  apply:
    ({ noise }) =>
    (reference, prediction) => {
      let pair: readonly [Tensor4D, Tensor4D] = [centredLuma(reference), centredLuma(prediction)]
      const parts: { readonly said: Tensor1D; readonly lost: Tensor1D }[] = []
      for (const [scale, window] of WINDOWS.entries()) {
        if (scale > 0) pair = [everySecond(blur(pair[0], window)), everySecond(blur(pair[1], window))]
        const { said, kept } = information(statisticsOf(...pair, window), noise)
        parts.push({ said: perSampleSum(said), lost: perSampleSum(tf.sub(said, kept)) })
      }
      const total = (of: 'said' | 'lost'): Tensor1D => addAll(parts.map((part) => part[of]))
      return tf.div(total('lost'), tf.add(total('said'), 1e-8))
    },
})
