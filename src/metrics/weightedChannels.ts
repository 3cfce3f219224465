import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { differentiable } from '../core/tensors/differentiable.js'
import { LPIPS_HEADS, lpipsHead, type LpipsHead } from './learned/lpipsHeads.js'
import { weightsOf } from './learned/weightsOf.js'
import { isTapeOn } from '../core/tensors/engine.js'
import { hasNativeWeightedSquares, nativeWeightedSquares } from '../core/tensors/native/nativeWeightedSquares.js'
import { fillsNativeVectors } from '../core/tensors/native/nativeVectors.js'
import { perSampleSum } from '../core/tensors/perSample.js'
import type { Shape } from '../core/errors/shape.js'
import { oneOf } from '../core/arguments/codecs.js'

/** Options of `weightedChannels`. */
export interface WeightedChannelsOptions {
  /** 'ones' (default), a head of LPIPS v0.1 or of shift-tolerant LPIPS by its name ('lpips.vgg.lin0', 'stLpips.alex.lin0'), or numbers >= 0, one per channel. */
  readonly weights: 'ones' | LpipsHead | readonly number[]
}

const [firstHead = 'lpips.alex.lin0', ...otherHeads] = LPIPS_HEADS

const numbersOf = ({ weights }: WeightedChannelsOptions): ArrayLike<number> | undefined =>
  weights === 'ones' ? undefined : typeof weights === 'string' ? lpipsHead(weights) : weights

const channelsProblem =
  (weights: unknown, count: number | undefined) =>
  (feature: Shape): string | undefined =>
    count === undefined || feature.at(-1) === count
      ? undefined
      : `${typeof weights === 'string' ? `'${weights}' has` : 'received'} ${String(count)} weights, expected one per channel of the feature: ${String(feature.at(-1))}`

/**
 * Weighted squared differences of channels: the mean over positions of the sum over channels of w d², d the difference. With unit vectors this is a layer of LPIPS.
 *
 * Value: [0, infinity), zero on identity, symmetric, smooth. Any feature whose last axis are the channels, as many as there are weights.
 *
 * Source: Zhang et al., 2018, eq. 1; `lpips/lpips.py` `NetLinLayer` (and, with 'ones', its baseline without linear layers).
 *
 * @example weightedChannels(unitNormalized(featureAt('relu1_2')), { weights: 'lpips.vgg.lin0' })
 */
export const weightedChannels: Metric<WeightedChannelsOptions> = defineMetric({
  id: 'weightedChannels',
  options: t.strict({ weights: t.union([oneOf('ones', firstHead, ...otherHeads), weightsOf]) }),
  defaults: { weights: 'ones' },
  laws: (options) => {
    const numbers = numbersOf(options)
    const total = numbers === undefined ? Infinity : Array.from(numbers).reduce((sum, weight) => sum + weight, 0)
    return { symmetric: true, zeroOnIdentity: true, range: (bound) => [0, total === 0 ? 0 : total * (2 * bound) ** 2], smooth: true }
  },
  accepts: (options) => channelsProblem(options.weights, numbersOf(options)?.length),
  apply: (options) => {
    const numbers = numbersOf(options)
    return (reference, prediction) => meanSquares(tf.sub(prediction, reference), numbers)
  },
  tiling: () => 'mean',
  map: (options) => {
    const numbers = numbersOf(options)
    return (reference, prediction) => {
      const squares = tf.squaredDifference(prediction, reference)
      return tf.sum(numbers === undefined ? squares : tf.mul(squares, Float32Array.from(numbers)), -1, true)
    }
  },
})

/** For each sample the sum of w d². */
const sumOfSquares = (x: Tensor, weights: Tensor1D): Tensor1D => {
  if (!isTapeOn() && fillsNativeVectors(x) && hasNativeWeightedSquares()) return nativeWeightedSquares(x, weights)
  const channels = weights.size
  const squares = tf.matMul(tf.reshape(tf.square(x), [-1, channels]), tf.reshape(weights, [channels, 1]))
  return perSampleSum(tf.reshape(squares, [...x.shape.slice(0, -1), 1]))
}

/** The mean over positions of the sum over channels of w d²; its gradient is 2 w d over the number of positions. */
const meanSquares = (d: Tensor, numbers: ArrayLike<number> | undefined): Tensor1D =>
  differentiable<Tensor1D>(d, (x, save) => {
    const channels = x.shape.at(-1) ?? 1
    const weights = numbers === undefined ? tf.ones<tf.Rank.R1>([channels]) : tf.tensor1d(Float32Array.from(numbers))
    const [batch = 0, ...rest] = x.shape.slice(0, -1)
    const positions = Math.max(
      1,
      rest.reduce((product, side) => product * side, 1),
    )
    save([x, weights])
    return {
      value: tf.div<Tensor1D>(sumOfSquares(x, weights), positions),
      gradient: (dy, [saved = x, w = weights]) => {
        const slopes = tf.mul(tf.reshape(dy, [batch, ...rest.map(() => 1), 1]), tf.mul(w, 2 / positions))
        return tf.mul(saved, slopes)
      },
    }
  })
