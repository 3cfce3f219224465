import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { between, positive } from '../core/arguments/codecs.js'
import { mixedChannels } from '../core/tensors/mixedChannels.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { channelMean, perSampleMean } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { dissimilarity, gradientLength } from './ops/edges.js'
import { magnitude } from './ops/magnitude.js'
import { reducedOverZeros } from './ops/reduced.js'

/** Options of `mdsi`. */
export interface MdsiOptions {
  /** The share of edges in the map, the rest being chroma's; default 0.6. */
  readonly alpha: number
  /** The constant of the two pictures' edges, for values in [0, 1]; default 140 / 255². */
  readonly c1: number
  /** The constant of the edges of a picture and of the mean of both; default 55 / 255². */
  readonly c2: number
  /** The constant of chroma; default 550 / 255². */
  readonly c3: number
}

/** The luminance L and the chromaticities H and M, by which red, green and blue are multiplied (the paper's eq. 6). */
const LHM = [
  [0.2989, 0.3, 0.34],
  [0.587, 0.04, -0.6],
  [0.114, -0.35, 0.17],
]

interface Colours {
  readonly luminance: Tensor4D
  readonly chroma: Tensor4D
}

const coloursOf = (picture: Tensor): Colours => {
  const [luminance, h, m] = tf.split(mixedChannels(reducedOverZeros(picture as Tensor4D), LHM), 3, 3) as [Tensor4D, Tensor4D, Tensor4D]
  return { luminance, chroma: tf.concat([h, m], 3) }
}

/** 1 less the similarity of edges: that of both pictures, plus that of the prediction with their mean, less that of the reference with it. */
const edgeMap = (reference: Tensor4D, prediction: Tensor4D, { c1, c2 }: MdsiOptions): Tensor => {
  const mean = gradientLength(tf.mul(tf.add(reference, prediction), 0.5))
  const [x, y] = [gradientLength(reference), gradientLength(prediction)]
  return tf.add(dissimilarity(x, y, c1), tf.sub(dissimilarity(y, mean, c2), dissimilarity(x, mean, c2)))
}

/** 1 less the similarity of chroma: [batch, height, width, 1]. */
const chromaMap = (x: Tensor4D, y: Tensor4D, { c3 }: MdsiOptions): Tensor =>
  tf.div(tf.sum(tf.squaredDifference(x, y), 3, true), tf.add(tf.sum(tf.add(tf.square(x), tf.square(y)), 3, true), c3))

/**
 * The complex fourth root of 1 - d, as 1 less its real part and as its imaginary part. Where d is at most 1, and r the root, 1 - r is d / ((1 + r) (1 + r²)), which keeps the digits
 * of a small d; where d is above 1, the root lies at 45 degrees.
 */
const fourthRoot = (d: Tensor): readonly [Tensor, Tensor] => {
  const isNegative = stopGradient(() => tf.cast(tf.greater(d, 1), 'float32'))
  const r = safeSqrt(safeSqrt(magnitude(tf.sub(1, d))))
  const turned = tf.mul(r, Math.SQRT1_2)
  const near = tf.div(d, tf.mul(tf.add(r, 1), tf.add(tf.square(r), 1)))
  const short = tf.add(tf.mul(near, tf.sub(1, isNegative)), tf.mul(tf.sub(1, turned), isNegative))
  return [short, tf.mul(turned, isNegative)]
}

const centred = (x: Tensor): Tensor => tf.sub(x, tf.reshape(channelMean(x), [-1, 1, 1, 1]))

/** The fourth root of the mean distance of complex numbers from their mean: [batch]. */
const deviation = ([real, imaginary]: readonly [Tensor, Tensor]): Tensor1D => {
  const distance = safeSqrt(tf.add(tf.square(centred(real)), tf.square(centred(imaginary))))
  return safeSqrt(safeSqrt(perSampleMean(distance)))
}

/**
 * MDSI, the mean deviation similarity index: how uneven the damage to edges and colours is.
 *
 * With s the similarity of edges and chroma at each position, the fourth root of the mean of |s^(1/4) - its mean|, complex where s is below 0. Pictures whose short side has 384 positions
 * or more are reduced by averages of blocks first.
 *
 * Value: [0, 1.03], zero on identity; not symmetric, since the reference and the prediction are compared with their mean in different ways. RGB [batch, height, width, 3]; the constants are made for
 * values in [0, 1]. Gradients are finite everywhere; piq's are not where an edge or the deviation is 0.
 *
 * Source: Nafchi, Shahkolaei, Hedjam and Cheriet, "Mean Deviation Similarity Index: Efficient and Reliable Full-Reference Image Quality Evaluator", 2016; `piq.mdsi` with
 * `combination='sum'`.
 *
 * @example mdsi(pixels)
 */
export const mdsi: Metric<MdsiOptions> = defineMetric({
  id: 'mdsi',
  options: t.strict({ alpha: between(0, 1), c1: positive, c2: positive, c3: positive }),
  defaults: { alpha: 0.6, c1: 140 / 255 ** 2, c2: 55 / 255 ** 2, c3: 550 / 255 ** 2 },
  laws: () => ({ symmetric: false, zeroOnIdentity: true, range: [0, 1.03], smooth: false }),
  accepts: () => lumaProblem,
  // Three gradients of a dozen operations each, colours, and some forty operations a position for the maps and their deviation.
  flops: () => (feature) => ((12 * 3 + 30 + 40) / 3) * elements(feature),
  tiling: () => ({ refused: 'is a deviation over the whole picture' }),
  apply: (options) => (reference, prediction) => {
    const [x, y] = [coloursOf(reference), coloursOf(prediction)]
    const edges = tf.mul(edgeMap(x.luminance, y.luminance, options), options.alpha)
    return deviation(fourthRoot(tf.add(edges, tf.mul(chromaMap(x.chroma, y.chroma, options), 1 - options.alpha))))
  },
})
