import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define.js'
import { oneOf, positive } from '../core/options.js'
import { DISTS_STAGES, distsStage, type DistsStage, type StageWeights } from './heads/distsStages.js'
import { weightsOf } from './heads/weightsOf.js'
import { mean, variance } from './moments.js'

/** Options of `structureTexture`. */
export interface StructureTextureOptions {
  /** 'equal' (default): texture and structure of each channel count the same and add up to 1; a stage of DISTS by its name; or numbers >= 0, one a channel. */
  readonly weights: 'equal' | DistsStage | { readonly alpha: readonly number[]; readonly beta: readonly number[] }
  /** Keeps the texture term finite; 1e-6. */
  readonly c1: number
  /** Keeps the structure term finite; 1e-6. */
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
 * Distance of the channels' statistics: how their means (texture) and their covariances (structure) differ, whatever lies where within a texture.
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
      if (feature.length !== 4) return 'statistics of channels are taken over height and width of [batch, height, width, channels]'
      const [alpha, beta] = [weights?.alpha.length, weights?.beta.length]
      return weights === undefined || (alpha === feature[3] && beta === feature[3])
        ? undefined
        : `there are ${String(alpha)} alphas and ${String(beta)} betas, one a channel, and the feature has ${String(feature[3])} channels`
    }
  },
  apply: (options) => {
    const given = weightsFor(options)
    return (reference, prediction) => {
      const { alpha, beta } = given ?? equal(prediction.shape.at(-1) ?? 1)
      const texture = tf.mul(textureDistance(mean(reference), mean(prediction), options.c1), Float32Array.from(alpha))
      return tf.sum(tf.add(texture, tf.mul(structureDistance(reference, prediction, options.c2), Float32Array.from(beta))), 1)
    }
  },
})

const textureDistance = (x: Tensor2D, y: Tensor2D, c1: number): Tensor => tf.div(tf.squaredDifference(x, y), tf.add(tf.add(tf.square(x), tf.square(y)), c1))

const structureDistance = (x: Tensor, y: Tensor, c2: number): Tensor => tf.div(variance(tf.sub(y, x)), tf.add(tf.add(variance(x), variance(y)), c2))
