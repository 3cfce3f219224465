import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { elements, type Shape } from '../core/errors/shape.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import { lumaProblem } from '../core/tensors/rec601.js'
import { chromaLoss, either } from './ops/chroma.js'
import { dissimilarity, scharrLength } from './ops/edges.js'
import { phaseCongruency, phaseCongruencyFlops } from './ops/phaseCongruency.js'
import { blockOf, reduced } from './ops/reduced.js'
import { yiqOf } from './ops/yiq.js'

/** Options of `fsim`. */
export interface FsimOptions {
  /** Whether chroma counts, too (FSIMc); default true. */
  readonly chromatic: boolean
}

/** The constants of phase congruency and of edges in 0 .. 255. */
const [T1, T2] = [0.85, 160]

/** Why a picture has no spectrum, or undefined. */
const sizeProblem = ([, height = 0, width = 0]: Shape): string | undefined =>
  Math.min(height, width) < 2 ? 'both sides must be at least 2: a single position has no frequencies' : undefined

/**
 * 1 - FSIM, the feature similarity index: differences of phase congruency and of edges, weighted by phase congruency; by default with chroma (FSIMc).
 *
 * Phase congruency p says where edges and lines are, at any contrast; with s the product of the similarities of p, of the lengths of Scharr's gradient and of chroma, the mean of
 * 1 - s with the weight max(px, py). Pictures whose short side has 384 positions or more are reduced by averages of blocks first.
 *
 * Value: [0, 1], zero on identity, symmetric. RGB [batch, height, width, 3], both sides at least 2; the constants are made for values in [0, 1]. A picture of one colour has a phase
 * congruency of 1 everywhere (in piq that of rounding). Gradients are finite everywhere; piq's are not where an edge or a response vanishes.
 *
 * Source: Zhang, Zhang, Mou and Zhang, "FSIM: A Feature Similarity Index for Image Quality Assessment", 2011; `piq.fsim`.
 *
 * @example fsim(pixels)
 */
export const fsim: Metric<FsimOptions> = defineMetric({
  id: 'fsim',
  options: t.strict({ chromatic: t.boolean }),
  defaults: { chromatic: true },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: false }),
  accepts: () => (feature) => lumaProblem(feature) ?? sizeProblem(feature),
  // Both pictures through the filters, two gradients of a dozen operations each, and some thirty operations a position for the maps.
  flops: () => (feature) => {
    const [, height = 1, width = 1] = feature
    const block = blockOf(feature)
    return ((2 * phaseCongruencyFlops(Math.floor(height / block), Math.floor(width / block)) + 54) / block ** 2) * (elements(feature) / 3)
  },
  tiling: () => ({ refused: 'transforms the whole picture to frequencies' }),
  apply:
    ({ chromatic }) =>
    (reference, prediction) => {
      const [[lumaX, chromaX], [lumaY, chromaY]] = [reference, prediction].map((rgb) => yiqOf(tf.mul(reduced(rgb as Tensor4D), 255))) as [
        [Tensor4D, Tensor4D],
        [Tensor4D, Tensor4D],
      ]
      const [x, y] = [phaseCongruency(lumaX), phaseCongruency(lumaY)]
      const structure = either(dissimilarity(x, y, T1), dissimilarity(scharrLength(lumaX), scharrLength(lumaY), T2))
      const lost: Tensor = chromatic ? either(structure, chromaLoss(chromaX, chromaY)) : structure
      const weight = tf.maximum(x, y)
      return tf.div(perSampleSum(tf.mul(lost, weight)), perSampleSum(weight))
    },
})
