/**
 * How far apart the means of two features' windows are and how far what lies around them, blended by a map: where it is 0 the means alone count, as for a texture; where it is 1 the
 * structure alone.
 *
 * With the means m, variances v and c1, c2 > 0, the distance of means is T = (mx - my)² / (mx² + my² + c1), that of structure S = v(x - y) / (v(x) + v(y) + c2). Both are exactly 0
 * for equal features, and in [0, 2] whatever rounding does.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { differentiable, differentiableInAll } from '../../core/tensors/differentiable.js'
import { channelMean } from '../../core/tensors/perSample.js'
import { isSecondOrder } from '../../core/tensors/secondDerivatives.js'
import type { WindowMeans } from './windowMeans.js'
import { maps, parts } from './structure.js'

/** The window and the two constants. */
export interface BlendedStructure {
  readonly window: WindowMeans
  readonly c1: number
  readonly c2: number
}

/** The two distances of each window and channel, and what they are made of. */
interface Distances {
  readonly sums: Tensor4D
  readonly apart: Tensor4D
  /** What the distances are divided by. */
  readonly belowMeans: Tensor4D
  readonly belowStructure: Tensor4D
  readonly ofMeans: Tensor4D
  readonly ofStructure: Tensor4D
}

const distances = (x: Tensor, y: Tensor, { window, c1, c2 }: BlendedStructure): Distances => {
  const [sums, apart, squares, differences] = parts(window.mean(maps(x as Tensor4D, y as Tensor4D)), 4)
  const squared = tf.square(apart)
  const brightness = tf.mul(tf.add(tf.square(sums), squared), 0.5)
  const belowMeans = tf.add<Tensor4D>(brightness, c1)
  const belowStructure = tf.add<Tensor4D>(tf.relu(tf.sub(squares, brightness)), c2)
  const ofStructure = tf.minimum<Tensor4D>(tf.div(tf.relu(tf.sub(differences, squared)), belowStructure), 2)
  return { sums, apart, belowMeans, belowStructure, ofMeans: tf.div(squared, belowMeans), ofStructure }
}

/** The map's part for each channel. */
const perPosition = (structure: Tensor, of: Tensor): Tensor => tf.tile(structure, [1, 1, 1, of.shape[3] ?? 1])

/** T + p (S - T). */
const blended = ({ ofMeans, ofStructure }: Distances, structure: Tensor): Tensor =>
  tf.add(ofMeans, tf.mul(tf.sub(ofStructure, ofMeans), perPosition(structure, ofMeans)))

/**
 * The gradient in y. A variance is a blurred square less a squared mean, so the slope in a mean goes through both; y's mean is in the sum's and, with the other sign, in the
 * difference's.
 */
const inSecond = (dy: Tensor, x: Tensor, y: Tensor, structure: Tensor, by: BlendedStructure): Tensor => {
  const { sums, apart, belowMeans, belowStructure, ofMeans, ofStructure } = distances(x, y, by)
  const [batch, height, width, channels] = sums.shape
  const each = tf.reshape(tf.div(dy, height * width), [batch, 1, 1, channels])
  const share = perPosition(structure, sums)
  const inDifferences = tf.div<Tensor4D>(tf.mul(share, each), belowStructure)
  const inSquares = tf.neg(tf.mul<Tensor4D>(inDifferences, ofStructure))
  const inMeans = tf.div(tf.mul(tf.sub(1, share), each), belowMeans)
  const inBrightness = tf.add(inSquares, tf.mul(inMeans, ofMeans))
  const across = tf.mul(tf.sub(inMeans, inDifferences), 2)
  const inMean = tf.neg(tf.add<Tensor4D>(tf.mul(inBrightness, tf.sub(sums, apart)), tf.mul(across, apart)))
  const [ofMean, ofSquares, ofDifferences] = parts(by.window.back(tf.concat([inMean, inSquares, inDifferences])), 3)
  return tf.add(ofMean, tf.mul(tf.add(tf.mul(ofSquares, y), tf.mul(ofDifferences, tf.sub(y, x))), 2))
}

/** The gradient in the map. */
const inMap = (dy: Tensor, x: Tensor, y: Tensor, by: BlendedStructure): Tensor => {
  const { ofMeans, ofStructure } = distances(x, y, by)
  const [, height, width, channels] = ofMeans.shape
  const each = tf.reshape(tf.div(dy, height * width), [-1, 1, 1, channels])
  return tf.sum(tf.mul(tf.sub(ofStructure, ofMeans), each), 3, true)
}

type Inputs = readonly [x: Tensor, y: Tensor, structure: Tensor]
type Slope = (dy: Tensor, ...inputs: Inputs) => Tensor

/** An op of one of the inputs that keeps all of them and nothing else; the gradient computes the windows again. */
const inOne = (at: 0 | 1 | 2, inputs: Inputs, value: () => Tensor2D, slope: Slope): Tensor2D =>
  differentiable<Tensor2D>(inputs[at], (_, save) => {
    save(inputs)
    return { value: value(), gradient: (dy, saved) => tf.tidy(() => slope(dy, ...(saved as Inputs))) }
  })

/**
 * The mean over windows of T (1 - p) + S p for each channel: features [batch, height, width, channels] and p [batch, windows down, windows across, 1] in [0, 1] to [batch, channels].
 *
 * The parts of x and of p are nodes of their own with the value 0, which the tape skips where no gradient reaches them.
 */
export const blendedStructure = (x: Tensor4D, y: Tensor4D, structure: Tensor4D, by: BlendedStructure): Tensor2D => {
  const slopes: readonly [Slope, Slope, Slope] = [
    (dy, one, other, map) => inSecond(dy, other, one, map, by),
    (dy, one, other, map) => inSecond(dy, one, other, map, by),
    (dy, one, other) => inMap(dy, one, other, by),
  ]
  const inputs: Inputs = [x, y, structure]
  const value = (one: Tensor, other: Tensor, map: Tensor): Tensor2D => tf.tidy(() => channelMean(blended(distances(one, other, by), map)))
  if (isSecondOrder())
    return differentiableInAll<Tensor2D>(
      inputs,
      (given) => value(...(given as Inputs)),
      (dy, given) => slopes.map((slope) => slope(dy, ...(given as Inputs))),
    )
  const zeros = (): Tensor2D => tf.zeros<tf.Rank.R2>([x.shape[0], x.shape[3]])
  return tf.add(
    tf.add<Tensor2D>(
      inOne(1, inputs, () => value(...inputs), slopes[1]),
      inOne(0, inputs, zeros, slopes[0]),
    ),
    inOne(2, inputs, zeros, slopes[2]),
  )
}
