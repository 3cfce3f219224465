import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { addAll } from '../core/tensors/addAll.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import type { NoOptions } from '../core/arguments/codecs.js'
import { elements } from '../core/errors/shape.js'
import { stopGradient } from '../core/tensors/engine.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { labOf, type Lab } from './ops/lab.js'

/** A direction in the plane of the two opponent colours, of length 1; (0, 0) where there is none. */
interface Direction {
  readonly cos: Tensor
  readonly sin: Tensor
}

const DEGREE = Math.PI / 180

/** x / length, and 0 where the length is. */
const divided = (x: Tensor, length: Tensor): Tensor => {
  const isZero = stopGradient(() => tf.cast(tf.equal(length, 0), 'float32'))
  return tf.div(x, tf.add(length, isZero))
}

const lengthOf = (x: Tensor, y: Tensor): Tensor => safeSqrt(tf.add(tf.square(x), tf.square(y)))

const directionOf = (x: Tensor, y: Tensor): Direction => {
  const length = lengthOf(x, y)
  return { cos: divided(x, length), sin: divided(y, length) }
}

/** The direction turned back by an angle in degrees. */
const turned = ({ cos, sin }: Direction, degrees: number): Direction => {
  const [c, s] = [Math.cos(degrees * DEGREE), Math.sin(degrees * DEGREE)]
  return { cos: tf.add(tf.mul(cos, c), tf.mul(sin, s)), sin: tf.sub(tf.mul(sin, c), tf.mul(cos, s)) }
}

/** The direction of the sum of both angles. */
const plus = (u: Direction, v: Direction): Direction => ({
  cos: tf.sub(tf.mul(u.cos, v.cos), tf.mul(u.sin, v.sin)),
  sin: tf.add(tf.mul(u.sin, v.cos), tf.mul(u.cos, v.sin)),
})

/** The square root of c⁷ / (c⁷ + 25⁷). */
const seventh = (chroma: Tensor): Tensor => {
  // Above 2500 it is 1 to float32.
  const power = tf.pow(tf.minimum(tf.div(chroma, 25), 100), 7)
  return safeSqrt(tf.div(power, tf.add(power, 1)))
}

const mean = (x: Tensor, y: Tensor): Tensor => tf.mul(tf.add(x, y), 0.5)

/** T: how much hue differences count, by the mean hue (the sum of four cosines). */
const hueWeight = (hue: Direction): Tensor => {
  const twice = plus(hue, hue)
  const parts = [
    tf.mul(turned(hue, 30).cos, -0.17),
    tf.mul(twice.cos, 0.24),
    tf.mul(turned(plus(twice, hue), -6).cos, 0.32),
    tf.mul(turned(plus(twice, twice), 63).cos, -0.2),
  ]
  return tf.add(addAll(parts), 1)
}

/** The term by which differences of chroma and hue interact, around blue (275 degrees). */
const rotation = (hue: Direction, chroma: Tensor): Tensor => {
  const fromBlue = turned(hue, 275)
  // Half of the angle has its sine where the whole has none: the tangent is that of a direction 1 + cos.
  const isBehind = stopGradient(() => tf.cast(tf.less(fromBlue.cos, -0.9), 'float32'))
  const tangent = tf.div(fromBlue.sin, tf.add(tf.add(fromBlue.cos, 1), isBehind))
  const degrees = tf.mul(tf.atan(tf.mul(tangent, tf.sub(1, isBehind))), 2 / DEGREE)
  const angle = tf.mul(tf.exp(tf.neg(tf.square(tf.div(degrees, 25)))), tf.sub(1, isBehind))
  return tf.mul(tf.mul(tf.sin(tf.mul(angle, 60 * DEGREE)), seventh(chroma)), -2)
}

/** The difference of hues as a length: 2 √(C1 C2) sin(Δh / 2), from the cross and the dot product of both colours. */
const hueDifference = (cross: Tensor, dot: Tensor, product: Tensor): Tensor => {
  const isOpposite = stopGradient(() => tf.cast(tf.lessEqual(tf.add(product, dot), tf.mul(product, 1e-6)), 'float32'))
  const half = safeSqrt(tf.mul(tf.relu(tf.add(product, dot)), 0.5))
  const opposite = tf.mul(safeSqrt(product), 2)
  return tf.add(tf.mul(divided(cross, half), tf.sub(1, isOpposite)), tf.mul(opposite, isOpposite))
}

/** The colour difference at each position: [batch, height, width, 1]. */
const differences = (x: Lab, y: Lab): Tensor => {
  const grey = tf.add(tf.mul(tf.sub(1, seventh(mean(lengthOf(x.a, x.b), lengthOf(y.a, y.b)))), 0.5), 1)
  const [ax, ay] = [tf.mul(x.a, grey), tf.mul(y.a, grey)]
  const [cx, cy] = [lengthOf(ax, x.b), lengthOf(ay, y.b)]
  const [lightness, chroma] = [mean(x.L, y.L), mean(cx, cy)]
  const [u, v] = [directionOf(ax, x.b), directionOf(ay, y.b)]
  const hue = directionOf(tf.add(u.cos, v.cos), tf.add(u.sin, v.sin))
  const fromMiddle = tf.square(tf.sub(lightness, 50))
  const inLightness = tf.div(tf.sub(y.L, x.L), tf.add(tf.div(tf.mul(fromMiddle, 0.015), safeSqrt(tf.add(fromMiddle, 20))), 1))
  const inChroma = tf.div(tf.sub(cy, cx), tf.add(tf.mul(chroma, 0.045), 1))
  const cross = tf.sub(tf.mul(ax, y.b), tf.mul(ay, x.b))
  const dot = tf.add(tf.mul(ax, ay), tf.mul(x.b, y.b))
  const inHue = tf.div(hueDifference(cross, dot, tf.mul(cx, cy)), tf.add(tf.mul(tf.mul(chroma, hueWeight(hue)), 0.015), 1))
  const squares = tf.add(tf.add(tf.square(inLightness), tf.square(inChroma)), tf.square(inHue))
  return safeSqrt(tf.relu(tf.add(squares, tf.mul(rotation(hue, chroma), tf.mul(inChroma, inHue)))))
}

/**
 * CIEDE2000, the colour difference that is used most: the mean over positions of ΔE00, where 1 is about as much as people just see.
 *
 * Value: [0, infinity), zero on identity, symmetric; about 100 between black and white. RGB [batch, height, width, 3], sRGB in [0, 1]. Its gradient is finite everywhere: 0 where colours
 * are equal, and without its part of the hue at greys, where that has no bound.
 *
 * Source: Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", 2005, whose hue terms are computed without angles here (within 1e-5 of them); `skimage.color.deltaE_ciede2000` and
 * `rgb2lab`.
 *
 * @example ciede2000(pixels)
 */
export const ciede2000: Metric<NoOptions> = defineMetric<NoOptions>({
  id: 'ciede2000',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
  accepts: () => lumaProblem,
  // Some 200 operations a position, powers counted as one.
  flops: () => (feature) => (200 / 3) * elements(feature),
  tiling: () => 'mean',
  apply: () => (reference, prediction) => perSampleMean(differences(labOf(reference), labOf(prediction))),
  map: () => (reference, prediction) => differences(labOf(reference), labOf(prediction)),
})
