import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements, type Shape } from '../core/errors/shape.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { safeSqrt } from '../core/tensors/safeSqrt.js'
import { chromaLoss, either } from './ops/chroma.js'
import { dissimilarity, scharrLength } from './ops/edges.js'
import { fourierFlops } from './ops/fourierByMatrices.js'
import { blockOf, reducedOverZeros } from './ops/reduced.js'
import { spectralResidual } from './ops/spectralResidual.js'
import { yiqOf } from './ops/yiq.js'

/** Options of `srSim`. */
export interface SrSimOptions {
  /** Whether chroma counts, too (SR-SIMc); default false. */
  readonly chromatic: boolean
}

/** The constants of saliency and of edges in 0 .. 255. */
const [C1, C2] = [0.4, 225]

/** The shortest side whose quarter the window of saliency fits into. */
const SHORTEST = 40

const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < SHORTEST ? `both sides must be at least ${String(SHORTEST)} for its map of saliency` : undefined

/** 1 - √(1 - d), with all digits of a small d. */
const rootLoss = (d: Tensor): Tensor => tf.div(d, tf.add(safeSqrt(tf.sub(1, d)), 1))

/**
 * 1 - SR-SIM, the spectral residual similarity: differences of saliency and of edges, weighted by saliency; with `chromatic` also of chroma.
 *
 * Saliency v is what is unusual in the log spectrum of luma at a quarter of the size. With s the similarity of v times the root of that of the lengths of Scharr's gradient, the
 * mean of 1 - s with the weight max(vx, vy). Pictures whose short side has 384 positions or more are reduced by averages of blocks first.
 *
 * Value: [0, 1.1], zero on identity, symmetric. RGB [batch, height, width, 3] with sides of at least 40; the constants are made for values in [0, 1]. Gradients are finite everywhere; piq's
 * are not where an edge vanishes.
 *
 * Source: Zhang and Li, "SR-SIM: A Fast and High Performance IQA Index Based on Spectral Residual", 2012; `piq.srsim`.
 *
 * @example srSim(pixels)
 */
export const srSim: Metric<SrSimOptions> = defineMetric({
  id: 'srSim',
  options: t.strict({ chromatic: t.boolean }),
  defaults: { chromatic: false },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1.1], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // Products with matrices: to a quarter and back, and two transforms at a quarter, of a sixteenth of the positions; then two gradients and the maps.
  flops: () => (feature) => {
    const [, height = 1, width = 1] = feature
    const block = blockOf(feature)
    const resizing = (2 * (2 * (2 * (1 / 4 + 1 / 16))) * (height + width)) / block
    const transforms = (2 * 2 * fourierFlops(Math.ceil(height / block / 4), Math.ceil(width / block / 4))) / 16
    return (resizing + transforms + 54) * (elements(feature) / 3 / block ** 2)
  },
  tiling: () => ({ refused: 'transforms the whole picture to frequencies' }),
  apply:
    ({ chromatic }) =>
    (reference, prediction) => {
      const [[lumaX, chromaX], [lumaY, chromaY]] = [reference, prediction].map((rgb) => yiqOf(tf.mul(reducedOverZeros(rgb as Tensor4D), 255))) as [
        [Tensor4D, Tensor4D],
        [Tensor4D, Tensor4D],
      ]
      const [x, y] = [spectralResidual(lumaX), spectralResidual(lumaY)]
      const edges = rootLoss(dissimilarity(scharrLength(lumaX), scharrLength(lumaY), C2))
      const structure = either(dissimilarity(x, y, C1), edges)
      const lost = chromatic ? either(structure, chromaLoss(chromaX, chromaY)) : structure
      const weight = tf.relu(tf.maximum(x, y))
      return tf.div(perSampleSum(tf.mul(lost, weight)), tf.add(perSampleSum(weight), 1e-12))
    },
})
