import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { perChannel } from '../core/tensors/perChannel.js'
import { channelMean } from '../core/tensors/perSample.js'
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

const positions = (x: Tensor): number => Math.max(1, (x.shape[1] ?? 1) * (x.shape[2] ?? 1))

/**
 * The means of the channels, and what the values are less them. Values less the first one keep their digits, and those of a channel of one value are exactly 0: divided by
 * c2, the rounding of its mean would be a slope.
 */
const centred = (x: Tensor): [mean: Tensor2D, values: Tensor] =>
  tf.tidy(() => {
    const first = tf.reshape<tf.Rank.R2>(tf.slice(x, [0, 0, 0, 0], [-1, 1, 1, -1]), [x.shape[0], x.shape[3] ?? 0])
    const shifted = perChannel(tf.sub, x, first)
    const mean = channelMean(shifted)
    return [tf.add(first, mean), perChannel(tf.sub, shifted, mean)]
  })

/** The mean of the squares; they are freed at once, for features of the first block are the largest tensors of a step. */
const meanSquare = (values: Tensor): Tensor2D => tf.tidy(() => channelMean(tf.square(values)))

/**
 * T and S being the distances of texture and structure, and a and b the n values of a channel less their mean: the slope of T in my is
 * 2 (my - mx - T my) / (mx² + my² + c1), that of S in a value of y is 2 (b - a - S b) / (n (vx + vy + c2)).
 */
const distanceOf =
  (weights: StageWeights, { c1, c2 }: Constants): OneSided<Tensor1D> =>
  (x, y) => {
    const [alpha, beta] = [Float32Array.from(weights.alpha), Float32Array.from(weights.beta)]
    const [[mx, a], [my, b]] = [centred(x), centred(y)]
    const energy = tf.add<Tensor2D>(tf.add(tf.square(mx), tf.square(my)), c1)
    const texture = tf.div<Tensor2D>(tf.squaredDifference(mx, my), energy)
    const variances = tf.add<Tensor2D>(tf.add(meanSquare(a), meanSquare(b)), c2)
    const structure = tf.div<Tensor2D>(
      tf.tidy(() => channelMean(tf.squaredDifference(b, a))),
      variances,
    )
    return {
      value: tf.sum<Tensor1D>(tf.add(tf.mul(texture, alpha), tf.mul(structure, beta)), 1),
      saved: [a, b, tf.div(tf.mul(alpha, tf.sub(tf.sub(my, mx), tf.mul(texture, my))), energy), structure, tf.div(beta, variances)],
      gradient: (dy, [left = a, right = b, inMean = energy, distance = structure, inVariance = variances]) => {
        const each = tf.reshape(tf.mul(dy, 2 / positions(left)), [-1, 1])
        const inStructure = tf.mul(inVariance, each)
        const own = perChannel(tf.mul, right, tf.mul(inStructure, tf.sub(1, distance)))
        const across = tf.sub(own, perChannel(tf.mul, left, inStructure))
        return perChannel(tf.add, across, tf.mul(inMean, each))
      },
    }
  }
