import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { addAll } from '../core/tensors/addAll.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import type { NoOptions } from '../core/arguments/codecs.js'
import { elements, type Shape } from '../core/errors/shape.js'
import { blur, type Window } from '../core/tensors/gaussianWindow.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { lumaOf, lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { everySecond } from '../core/tensors/everySecond.js'
import { interleaved } from './ops/interleaved.js'
import { magnitude } from './ops/magnitude.js'
import { replicated } from './ops/replicated.js'

/** The window of the Laplacian pyramid. */
const WINDOW: Window = [0.05, 0.25, 0.4, 0.25, 0.05]

/** How a level is normalized: a constant, and the weights of the sizes of the four neighbours; learned by the authors from photographs. */
interface Normalization {
  readonly sigma: number
  readonly above: number
  readonly left: number
  readonly right: number
  readonly below: number
}

/** Fine to coarse; the last one is that of what is left. */
const LEVELS: readonly Normalization[] = [
  { sigma: 0.0248, above: 0.1015, left: 0.146, right: 0.1493, below: 0.1011 },
  { sigma: 0.0185, above: 0.0837, left: 0.1846, right: 0.1986, below: 0.0757 },
  { sigma: 0.0179, above: 0.0467, left: 0.2243, right: 0.2138, below: 0.0477 },
  { sigma: 0.0191, above: 0, left: 0.2616, right: 0.2503, below: 0 },
  { sigma: 0.022, above: 0, left: 0.2552, right: 0.2598, below: 0 },
  { sigma: 0.2782, above: 0, left: 0.0717, right: 0.2215, below: 0 },
]

/** The shortest side whose coarsest level can be mirrored. */
const SHORTEST = 17

/** Mirrored at its edges by two positions, the outermost ones repeated. */
const mirrored = (x: Tensor4D): Tensor4D =>
  ([1, 2] as const).reduce<Tensor4D>((of, axis) => {
    const two = (begin: number): Tensor4D =>
      tf.reverse(tf.slice(of, axis === 1 ? [0, begin, 0, 0] : [0, 0, begin, 0], axis === 1 ? [-1, 2, -1, -1] : [-1, -1, 2, -1]), axis)
    return tf.concat([two(0), of, two(of.shape[axis] - 2)], axis)
  }, x)

/** Each position over a constant and the weighted sizes of its neighbours, zeros around the picture. */
const normalized = (x: Tensor4D, { sigma, ...weights }: Normalization): Tensor4D => {
  const [, height, width] = x.shape
  const wide = tf.pad(magnitude(x), [[0, 0], [1, 1], [1, 1], [0, 0]]) // prettier-ignore
  const at = (row: number, column: number, weight: number): readonly Tensor4D[] =>
    weight === 0 ? [] : [tf.mul(tf.slice(wide, [0, row, column, 0], [-1, height, width, -1]), weight)]
  const neighbours = addAll([...at(0, 1, weights.above), ...at(1, 0, weights.left), ...at(1, 2, weights.right), ...at(2, 1, weights.below)])
  return tf.div(x, tf.add(neighbours, sigma))
}

/** The normalized Laplacian pyramid, fine to coarse. */
const pyramid = (luma: Tensor4D): readonly Tensor4D[] => {
  let rest = luma
  return LEVELS.map((level, i) => {
    if (i === LEVELS.length - 1) return normalized(rest, level)
    const [, height, width] = rest.shape
    const low = everySecond(blur(mirrored(rest), WINDOW))
    const back = blur(tf.mul(interleaved(replicated(low, 1, 1)), 4), WINDOW)
    const detail = tf.sub<Tensor4D>(rest, tf.slice(back, [0, 0, 0, 0], [-1, height, width, -1]))
    rest = low
    return normalized(detail, level)
  })
}

const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < SHORTEST ? `both sides must be at least ${String(SHORTEST)} for its six levels` : undefined

/**
 * NLPD, the normalized Laplacian pyramid distance: differences of luma as early vision codes it.
 *
 * Each of six levels of a Laplacian pyramid is divided by the weighted sizes of the neighbours, as the eye adapts to contrast; the value is the mean over levels of the root of the mean
 * squared difference.
 *
 * Value: [0, infinity), zero on identity, symmetric, a metric in the strict sense (triangle inequality). RGB [batch, height, width, 3] with sides of at least 17; the constants are made for
 * values in [0, 1]. Gradients are finite everywhere.
 *
 * Source: Laparra, Ballé, Berardino and Simoncelli, "Perceptual image quality assessment using a normalized Laplacian pyramid", 2016; `pyiqa`'s `nlpd`.
 *
 * @example nlpd(pixels)
 */
export const nlpd: Metric<NoOptions> = defineMetric<NoOptions>({
  id: 'nlpd',
  laws: () => ({ symmetric: true, zeroOnIdentity: true, triangle: true, range: [0, Infinity], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // Both pictures in grey, at each level of a quarter of the positions two windows of two passes, neighbours and the difference.
  flops: () => (feature) => (4 / 3) * (2 * (5 + 40 + 10) + 4) * (elements(feature) / 3),
  tiling: () => ({ refused: 'takes roots of means over the whole picture, at several scales' }),
  apply: () => (reference, prediction) => {
    const [x, y] = [pyramid(lumaOf(reference)), pyramid(lumaOf(prediction))]
    const levels = x.map((level, i) => safeSqrt<Tensor1D>(perSampleMean(tf.squaredDifference(level, y[i] ?? level))))
    return tf.div(addAll(levels), LEVELS.length)
  },
})
