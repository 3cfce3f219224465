import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { oneOf } from '../core/arguments/codecs.js'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements, type Shape } from '../core/errors/shape.js'
import { addAll } from '../core/tensors/addAll.js'
import { blur, gaussianWindow, type Window } from '../core/tensors/gaussianWindow.js'
import { channelMean } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { averagePooled } from './ops/averagePooled.js'
import { magnitude } from './ops/magnitude.js'
import { power } from './ops/power.js'
import { replicated } from './ops/replicated.js'
import { lightOf } from './ops/srgb.js'
import { SSIMULACRA2_WEIGHTS } from './ops/ssimulacra2Weights.js'
import { xybOf } from './ops/xyb.js'

/** Options of `ssimulacra2`. */
export interface Ssimulacra2Options {
  /**
   * 'python' (default): the package ssimulacra2 0.3.0: a sampled Gaussian, zeros to the left and right of the picture, which is mirrored above and below; 'libjxl': the authors' program and its
   * ports: the window of their recursive Gaussian, zeros on all sides. They differ by several points.
   */
  readonly like: 'python' | 'libjxl'
}

/** The window of each program, and what is around the picture. */
interface Blur {
  readonly window: Window
  readonly widened: (x: Tensor4D) => Tensor4D
}

const zerosAround = (x: Tensor4D, down: number, across: number): Tensor4D => tf.pad(x, [[0, 0], [down, down], [across, across], [0, 0]]) // prettier-ignore

/** Mirrored above and below, the outermost rows repeated. */
const mirroredRows = (x: Tensor4D, by: number): Tensor4D => {
  const rows = (begin: number): Tensor4D => tf.reverse(tf.slice(x, [0, begin, 0, 0], [-1, by, -1, -1]), 1)
  return tf.concat([rows(0), x, rows(x.shape[1] - by)], 1)
}

/** Half of the impulse response of libjxl's recursive Gaussian of 1.5 positions (three truncated cosines; Charalampidis, 2016), from its end to its centre. */
const COSINES = [0.0094143678, 0.0360111147, 0.1093353728, 0.212928592]

const BLURS: Readonly<Record<Ssimulacra2Options['like'], Blur>> = {
  python: { window: gaussianWindow(11, 1.5), widened: (x) => mirroredRows(zerosAround(x, 0, 5), 5) },
  libjxl: { window: [...COSINES, 0.2646211055, ...[...COSINES].reverse()], widened: (x) => zerosAround(x, 4, 4) },
}

/** The most scales, and the shortest side that has one. */
const [SCALES, SHORTEST] = [6, 8]

/** How many scales a picture has: the package needs 8 positions at each scale, the authors' program at the one before. */
const scalesOf = ([, height = 0, width = 0]: Shape, like: Ssimulacra2Options['like']): number => {
  let [side, scales] = [Math.min(height, width), 0]
  while (scales < SCALES && side >= SHORTEST) {
    scales++
    side = Math.ceil(side / 2)
  }
  return like === 'libjxl' && scales < SCALES ? scales + 1 : scales
}

/** The means of 2 x 2 positions, those of what is left over at the bottom and right too. */
const halved = (x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  const odd = Math.max(height % 2, width % 2)
  return averagePooled(odd === 0 ? x : tf.slice(replicated(x, 0, 1), [0, 0, 0, 0], [-1, height + (height % 2), width + (width % 2), -1]), 2)
}

/** The constant of contrast and structure. */
const C2 = 0.0009

/** Three maps of three channels each: 1 less structural similarity, added edges, lost edges; [batch, height, width, 9]. */
const maps = (x: Tensor4D, y: Tensor4D, { window, widened }: Blur): Tensor4D => {
  const apart = tf.sub<Tensor4D>(x, y)
  const blurred = blur(widened(tf.concat([x, y, tf.add<Tensor4D>(tf.square(x), tf.square(y)), tf.square(apart)], 3)), window)
  const [meanX, meanY, squares, squaredApart] = tf.split<Tensor4D>(blurred, 4, 3) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]
  const ofMeans = tf.squaredDifference<Tensor4D>(meanX, meanY)
  const variances = tf.relu(tf.sub<Tensor4D>(squares, tf.add(tf.square(meanX), tf.square(meanY))))
  const contrast = tf.div<Tensor4D>(tf.relu(tf.sub(squaredApart, ofMeans)), tf.add(variances, C2))
  // From differences, so that equal pictures are at 0: 1 - (1 - q) (1 - c).
  const structure = tf.relu(tf.sub<Tensor4D>(tf.add(ofMeans, contrast), tf.mul(ofMeans, contrast)))
  const [edgesX, edgesY] = [magnitude(tf.sub<Tensor4D>(x, meanX)), magnitude(tf.sub<Tensor4D>(y, meanY))]
  const added = tf.div<Tensor4D>(tf.sub(edgesY, edgesX), tf.add(edgesX, 1))
  return tf.concat([structure, tf.relu(added), tf.relu(tf.neg(added))], 3)
}

/** The weights of one scale for the mean and the 4-norm of the nine maps' channels. The authors number them by the scales that there are, so small pictures shift them. */
const weightsOf = (scale: number, scales: number, norm: 0 | 1): Tensor1D => {
  const at = (map: number, channel: number): number => SSIMULACRA2_WEIGHTS[((channel * scales + scale) * 2 + norm) * 3 + map] ?? 0
  return tf.tensor1d([0, 1, 2].flatMap((map) => [0, 1, 2].map((channel) => at(map, channel))))
}

/** The weighted means and 4-norms of a scale: [batch]. */
const weightedNorms = (of: Tensor4D, scale: number, scales: number): Tensor1D => {
  const norms = safeSqrt<Tensor2D>(safeSqrt(channelMean(tf.square(tf.square(of)))))
  return tf.sum(tf.add(tf.mul(channelMean(of), weightsOf(scale, scales, 0)), tf.mul(norms, weightsOf(scale, scales, 1))), 1)
}

/** A hundredth of what is missing to 100 points, from the weighted sum. */
const lost = (sum: Tensor1D): Tensor1D => {
  const x = tf.mul(sum, 0.9562382616834844)
  const cubic = tf.mul(x, tf.add(tf.mul(x, tf.sub(tf.mul(x, 6.248496625763138e-5), 0.020884521182843837)), 2.326765642916932))
  return tf.mul(power(tf.relu(cubic), 0.6276336467831387), 0.1)
}

/**
 * (100 - SSIMULACRA2) / 100: structure and edges in the colours of JPEG XL, at up to six scales, weighted as people judge compressed pictures.
 *
 * SSIMULACRA2 has 100 points for identical pictures, 90 where people see no difference, 70 for high, 50 for medium and 30 for low quality, and is below 0 for worse than any codec's;
 * `scores.ssimulacra2` returns the points.
 *
 * Value: [0, infinity), zero on identity; not symmetric: edges that are added and edges that are lost count differently. RGB [batch, height, width, 3] with sides of at least 8, sRGB in
 * [0, 1]. Gradients are finite everywhere, and 0 where pictures are equal; near there they grow without bound.
 *
 * Source: Sneyers, SSIMULACRA 2.1, 2023 (libjxl and cloudinary/ssimulacra2); the package `ssimulacra2` 0.3.0.
 *
 * @example ssimulacra2(pixels)
 */
export const ssimulacra2: Metric<Ssimulacra2Options> = defineMetric({
  id: 'ssimulacra2',
  options: t.strict({ like: oneOf('python', 'libjxl') }),
  defaults: { like: 'python' },
  laws: () => ({ symmetric: false, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // A third more than at the first scale: both pictures' colours, twelve channels blurred along two axes, and some hundred operations a position for nine maps.
  flops: () => (feature) => (4 / 9) * (12 * 44 + 2 * 60 + 100) * elements(feature),
  tiling: () => ({ refused: 'takes norms over the whole picture, at several scales' }),
  apply:
    ({ like }) =>
    (reference, prediction) => {
      const scales = scalesOf(prediction.shape, like)
      let [x, y] = [lightOf(reference), lightOf(prediction)] as [Tensor4D, Tensor4D]
      const sums: Tensor1D[] = []
      for (let scale = 0; scale < scales; scale++) {
        if (scale > 0) [x, y] = [halved(x), halved(y)]
        sums.push(weightedNorms(maps(xybOf(x), xybOf(y), BLURS[like]), scale, scales))
      }
      return lost(addAll(sums))
    },
})

const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < SHORTEST ? `both sides must be at least ${String(SHORTEST)} for its first scale` : undefined
