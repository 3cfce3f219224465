import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { between } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { seen, seenFlops } from './ops/contrastSensitivity.js'
import { clippedToUnit } from './ops/clippedToUnit.js'
import { derivatives, edgesAndPoints, type Derivatives } from './ops/edgesAndPoints.js'
import { response } from './ops/lab.js'
import { magnitude } from './ops/magnitude.js'
import { lightOfOpponent, opponentOf, type Opponent } from './ops/opponent.js'
import { power } from './ops/power.js'
import { lightOf } from './ops/srgb.js'

/** Options of `flip`. */
export interface FlipOptions {
  /** The pixels per degree of visual angle, from 1 to 500; default 67.02: a monitor of 0.7 m with 3840 pixels, seen from 0.7 m. */
  readonly pixelsPerDegree: number
}

/** The width of the features that are detected, in degrees. */
const FEATURE_WIDTH = 0.082

/** The largest colour distance in sRGB, that of green and blue, and what distances are raised to. */
const [LARGEST, COLOUR_POWER] = [203.30165461, 0.7]

/** Distances up to this share of the largest use this share of the range. */
const [KNEE, BELOW_KNEE] = [0.4, 0.95]

/** Lightness and the two opponent colours of CIELAB times lightness / 100: colours of dark pixels count less (Hunt). */
type Perceived = readonly [lightness: Tensor, a: Tensor, b: Tensor]

const perceived = (colours: Opponent): Perceived => {
  const { y, xy, yz } = opponentOf(clippedToUnit(lightOfOpponent(colours)))
  const [fx, fy, fz] = [response(tf.add(y, xy)), response(y), response(tf.sub(y, yz))]
  const lightness = tf.sub(tf.mul(fy, 116), 16)
  return [lightness, tf.mul(tf.mul(tf.sub(fx, fy), 5), lightness), tf.mul(tf.mul(tf.sub(fy, fz), 2), lightness)]
}

/** The distance of colours, in [0, 1]: HyAB to the power of 0.7, small distances stretched to most of the range. */
const colourDistance = ([l1, a1, b1]: Perceived, [l2, a2, b2]: Perceived): Tensor => {
  const hyab = tf.add(magnitude(tf.sub(l1, l2)), safeSqrt(tf.add(tf.squaredDifference(a1, a2), tf.squaredDifference(b1, b2))))
  const distance = power(tf.div(hyab, LARGEST), COLOUR_POWER)
  const steep = tf.mul(distance, BELOW_KNEE / KNEE)
  const shallow = tf.add(tf.mul(tf.sub(distance, KNEE), (1 - BELOW_KNEE) / (1 - KNEE)), BELOW_KNEE)
  return tf.minimum(tf.minimum(steep, shallow), 1)
}

const featureScale = (pixelsPerDegree: number): Derivatives => derivatives((FEATURE_WIDTH / 2) * pixelsPerDegree)

/** The distance of edges and points, whichever is more, in [0, 1]: [batch, height, width, 1]. */
const featureDistance = (x: Tensor4D, y: Tensor4D, scale: Derivatives): Tensor => {
  const [edges, points] = tf.split(magnitude(tf.sub(edgesAndPoints(x, scale), edgesAndPoints(y, scale))), 2, 3) as [Tensor, Tensor]
  return safeSqrt(tf.minimum(tf.mul(tf.maximum(edges, points), Math.SQRT1_2), 1))
}

/** FLIP at each position: [batch, height, width, 1]. */
const flipMap = (reference: Tensor, prediction: Tensor, { pixelsPerDegree }: FlipOptions): Tensor => {
  const [x, y] = [opponentOf(lightOf(reference)), opponentOf(lightOf(prediction))]
  const colour = colourDistance(perceived(seen(x, pixelsPerDegree)), perceived(seen(y, pixelsPerDegree)))
  return power(colour, tf.sub(1, featureDistance(x.y, y.y, featureScale(pixelsPerDegree))))
}

/**
 * LDR-FLIP: the difference that a person sees when two pictures are flipped back and forth in place, averaged over positions.
 *
 * At each position, c^(1 - f): c is the distance of colours after the blur of the eye's contrast sensitivity, f the distance of edges or points, whichever is more. Both are in [0, 1]. `heatmap`
 * shows this map.
 *
 * Value: [0, 1], zero on identity, symmetric. RGB [batch, height, width, 3] of any size, sRGB in [0, 1]. Gradients are finite everywhere, and 0 where pictures are equal; near there they
 * grow without bound, as the power 0.7 of a distance does.
 *
 * Source: Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström and Fairchild, "FLIP: A Difference Evaluator for Alternating Images", 2020; NVIDIA's `flip-evaluator`.
 *
 * @example flip(pixels)
 */
export const flip: Metric<FlipOptions> = defineMetric({
  id: 'flip',
  options: t.strict({ pixelsPerDegree: between(1, 500) }),
  defaults: { pixelsPerDegree: (3840 * Math.PI) / 180 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts: () => lumaProblem,
  // Both pictures: blurs, two directions of features with three windows each, and some hundred operations a position, powers counted as one.
  flops:
    ({ pixelsPerDegree }) =>
    (feature) =>
      ((2 * (seenFlops(pixelsPerDegree) + 16 * featureScale(pixelsPerDegree).across.length + 100)) / 3) * elements(feature),
  tiling: () => ({ refused: "repeats the picture's outermost positions around it" }),
  apply: (options) => (reference, prediction) => perSampleMean(flipMap(reference, prediction, options)),
  map: (options) => (reference, prediction) => flipMap(reference, prediction, options),
})
