import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { pairMoments } from '../core/tensors/pairMoments.js'
import { DISTS_STAGES, distsStage, type DistsStage, type StageWeights } from './learned/distsStages.js'
import { weightsOf } from './learned/weightsOf.js'
import { symmetric, type OneSided } from './ops/symmetric.js'
import { oneOf, positive } from '../core/arguments/codecs.js'

/** Options of `structureTexture`. */
export interface StructureTextureOptions {
  /** 'equal' (default): equal weights for texture and structure of each channel, with sum 1; a stage of DISTS by its name; or numbers >= 0, one per channel. */
  readonly weights: 'equal' | DistsStage | { readonly alpha: readonly number[]; readonly beta: readonly number[] }
  /** Keeps the texture term finite; default 1e-6. */
  readonly c1: number
  /** Keeps the structure term finite; default 1e-6. */
  readonly c2: number
}

const [firstStage = 'dists.stage0', ...otherStages] = DISTS_STAGES

const equal = (channels: number): StageWeights => {
  const each = Array.from({ length: channels }, () => 1 / (2 * channels))
  return { alpha: each, beta: each }
}

const weightsFor = ({ weights }: StructureTextureOptions): StageWeights | undefined =>
  weights === 'equal' ? undefined : typeof weights === 'string' ? distsStage(weights) : weights

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0)

/** The largest distance: each term stays below 2. */
const largest = (weights: StageWeights | undefined): number => (weights === undefined ? 2 : 2 * (total(weights.alpha) + total(weights.beta)))

/**
 * The structure and texture distance of DISTS: differences of the channels' means (texture) and covariances (structure) over all positions.
 *
 * For each channel, with means m and variances v over all positions, 1 - l = (mx - my)² / (mx² + my² + c1) and 1 - s = var(x - y) / (vx + vy + c2); the value is
 * the sum of alpha (1 - l) + beta (1 - s). In this form nothing cancels: identical features give exactly 0.
 *
 * Value: [0, 2 (sum of alpha + sum of beta)], zero on identity, symmetric, smooth. Any feature [batch, height, width, channels].
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020, eq. 5 to 7; `DISTS_pytorch/DISTS_pt.py`.
 *
 * @example structureTexture(featureAt('relu1_2', { pooling: 'l2' }), { weights: 'dists.stage1' })
 */
export const structureTexture: Metric<StructureTextureOptions> = defineMetric({
  id: 'structureTexture',
  options: t.strict({
    weights: t.union([oneOf('equal', firstStage, ...otherStages), t.strict({ alpha: weightsOf, beta: weightsOf })]),
    c1: positive,
    c2: positive,
  }),
  defaults: { weights: 'equal', c1: 1e-6, c2: 1e-6 },
  laws: (options) => ({ symmetric: true, zeroOnIdentity: true, range: [0, largest(weightsFor(options))], smooth: true }),
  accepts: (options) => {
    const weights = weightsFor(options)
    return (feature) => {
      if (feature.length !== 4) return 'statistics of channels need height and width: [batch, height, width, channels]'
      const [alpha, beta] = [weights?.alpha.length, weights?.beta.length]
      return weights === undefined || (alpha === feature[3] && beta === feature[3])
        ? undefined
        : `received ${String(alpha)} alphas and ${String(beta)} betas, expected one per channel of the feature: ${String(feature[3])}`
    }
  },
  tiling: () => ({ refused: 'divides variances of the whole picture, which lose precision when added up' }),
  apply: (options) => {
    const given = weightsFor(options)
    return (reference, prediction) => {
      const weights = given ?? equal(prediction.shape.at(-1) ?? 1)
      return symmetric<Tensor1D>(reference, prediction, distanceOf(weights, options))
    }
  },
})

interface Constants {
  readonly c1: number
  readonly c2: number
}

/**
 * T and S being the distances of texture and structure: the slope of T in my is 2 (my - mx - T my) / (mx² + my² + c1), that of S in var(x - y) is 1 / (vx + vy + c2), and in vy -S / (vx + vy + c2).
 */
const distanceOf =
  (weights: StageWeights, { c1, c2 }: Constants): OneSided<Tensor1D> =>
  (x, y) => {
    const [alpha, beta] = [Float32Array.from(weights.alpha), Float32Array.from(weights.beta)]
    const moments = pairMoments(x, y)
    const [[mx, my], [vx, vy]] = [moments.means, moments.variances]
    const energy = tf.add<Tensor2D>(tf.add(tf.square(mx), tf.square(my)), c1)
    const texture = tf.div<Tensor2D>(tf.squaredDifference(mx, my), energy)
    const variances = tf.add<Tensor2D>(tf.add(vx, vy), c2)
    const structure = tf.div<Tensor2D>(moments.difference, variances)
    const inMean = tf.div(tf.mul(alpha, tf.mul(2, tf.sub(tf.sub(my, mx), tf.mul(texture, my)))), energy)
    return {
      value: tf.sum<Tensor1D>(tf.add(tf.mul(texture, alpha), tf.mul(structure, beta)), 1),
      saved: [inMean, structure, tf.div(beta, variances), ...moments.saved],
      gradient: (dy, [slope = inMean, distance = structure, inVariance = variances, ...saved]) => {
        const each = tf.reshape(dy, [-1, 1])
        const difference = tf.mul(inVariance, each)
        return moments.gradient(saved, { mean: tf.mul(slope, each), variance: tf.neg(tf.mul(difference, distance)), difference })
      },
    }
  }
