import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { count, positive } from '../core/arguments/codecs.js'
import { defineMetric, type MetricOfSeveral } from '../core/define/define.js'
import { elements } from '../core/errors/shape.js'
import { addAll } from '../core/tensors/addAll.js'
import { differentiableOnce } from '../core/tensors/differentiable.js'
import { isolatedGradients, withoutTape } from '../core/tensors/engine.js'
import { gaussianWindow, type Window } from '../core/tensors/gaussianWindow.js'
import { perChannel } from '../core/tensors/perChannel.js'
import { channelMean } from '../core/tensors/perSample.js'
import { blendedStructure } from './ops/blendedStructure.js'
import { windowMeans } from './ops/windowMeans.js'
import { channelWeights, structureMaps } from './ops/textureMaps.js'

/** Options of `adaptiveStructureTexture`. */
export interface AdaptiveStructureTextureOptions {
  /** The side of the Gaussian window, up to 255, whose standard deviation is a third of it; a feature with a shorter side is a single window. Default 21. */
  readonly window: number
  /** Keeps the distance of means finite; default 1e-6. */
  readonly c1: number
  /** Keeps the distance of structure finite; default 1e-6. */
  readonly c2: number
}

/** Added to the sum of squares of a channel, so that the gradient at a channel of zeros is finite. At a black picture its slope is a millionth of the authors', who keep the root at 1e-12 or above. */
const LEAST_SQUARES = 1e-12

/** Each channel over its length. */
const normalized = (x: Tensor4D): Tensor4D => {
  const [, height, width] = x.shape
  return perChannel(tf.div, x, tf.sqrt(tf.add(tf.mul(channelMean(tf.square(x)), height * width), LEAST_SQUARES)))
}

interface Constants {
  readonly window: Window
  readonly c1: number
  readonly c2: number
}

/** What is taken from the references: their channels, where they show structure, and what each channel counts. */
interface Looked {
  readonly channels: Tensor4D[]
  readonly maps: Tensor4D[]
  readonly weights: Tensor2D[]
}

const look = (references: readonly Tensor4D[], { window }: Constants): Looked => ({
  channels: references.map(normalized),
  maps: [...structureMaps(references, window)],
  weights: [...channelWeights(references)],
})

const distanceOf = ({ channels, maps, weights }: Looked, predictions: readonly Tensor4D[], { window, c1, c2 }: Constants): Tensor1D =>
  addAll(
    predictions.map((prediction, i) => {
      const [channel, map, weight] = [channels[i], maps[i], weights[i]] as [Tensor4D, Tensor4D, Tensor2D]
      const windows = windowMeans(prediction.shape[1], prediction.shape[2], window)
      return tf.sum<Tensor1D>(tf.mul(blendedStructure(channel, normalized(prediction), map, { window: windows, c1, c2 }), weight), 1)
    }),
  )

/**
 * Zeros whose gradient in one of the references is that of the distance. The references' side is computed with the tape off, for it takes gigabytes of it; where a reference is in
 * training this computes everything again.
 */
const inReference = (references: readonly Tensor4D[], predictions: readonly Tensor4D[], at: number, by: Constants): Tensor1D =>
  differentiableOnce<Tensor1D>(
    references[at] ?? tf.scalar(0),
    (reference, save) => {
      save([...references, ...predictions])
      return {
        value: tf.zeros<tf.Rank.R1>(reference.shape.slice(0, 1) as [number]),
        gradient: (dy, saved) => {
          const [theirs, ours] = [saved.slice(0, references.length), saved.slice(references.length)] as [Tensor4D[], Tensor4D[]]
          const along = (x: Tensor): tf.Scalar => {
            const changed = theirs.map((one, i) => (i === at ? (x as Tensor4D) : one))
            return tf.sum(tf.mul(dy, distanceOf(look(changed, by), ours, by)))
          }
          return isolatedGradients(along, [theirs[at] ?? dy])[0] ?? dy
        },
      }
    },
    'its gradient in a reference is taken on a tape of its own, which has no second derivatives',
  )

/**
 * The locally adaptive structure and texture distance of A-DISTS: of several features together, from the finest to the coarsest.
 *
 * Within a Gaussian window at each position, the distance of means T (texture) and that of what lies around them S (structure) are those of `structureTexture`, of channels divided by
 * their length. How much S counts rather than T is the probability that the window shows structure: by its variance over its mean, relative to the feature's other windows, times the
 * probability of the coarser feature there. Channels count by their entropy over positions, within half a standard deviation of the mean over the channels of all features. Probabilities
 * and weights are of the reference.
 *
 * Value: [0, 2], zero on identity. Features [batch, height, width, channels] of any size; a list of one, or a feature alone, as well.
 *
 * Source: Ding et al., "Locally Adaptive Structure and Texture Similarity for Image Quality Assessment", 2021; `A-DISTS.py` of dingkeyan93/A-DISTS.
 *
 * @throws LossException `BadArgument` for an empty list, or what is not a feature.
 * @example adaptiveStructureTexture([pixels, featureAt('block1_conv2', { pooling: 'l2' })])
 */
export const adaptiveStructureTexture = defineMetric<AdaptiveStructureTextureOptions>({
  id: 'adaptiveStructureTexture',
  options: t.strict({ window: count(255), c1: positive, c2: positive }),
  defaults: { window: 21, c1: 1e-6, c2: 1e-6 },
  // Not smooth: around a black channel the gradient turns within a trillionth of white.
  laws: () => ({ symmetric: false, zeroOnIdentity: true, range: [0, 2], smooth: false }),
  accepts: () => (feature) => (feature.length === 4 ? undefined : 'windows need height and width: [batch, height, width, channels]'),
  // Six maps blurred along two axes, and some sixty operations on what comes out.
  flops:
    ({ window }) =>
    (feature) =>
      (24 * window + 60) * elements(feature),
  takesSeveral: () => true,
  tiling: () => ({ refused: 'compares the dispersion of every window with that of all others' }),
  apply: ({ window: side, c1, c2 }) => {
    const by = { window: gaussianWindow(side, side / 3), c1, c2 }
    return (reference, prediction, { beside = [] } = { height: 0, width: 0 }) => {
      const pairs = [[reference, prediction] as const, ...beside] as readonly (readonly [Tensor4D, Tensor4D])[]
      const [references, predictions] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
      return addAll([
        distanceOf(
          withoutTape(() => look(references, by)),
          predictions,
          by,
        ),
        ...references.map((_, i) => inReference(references, predictions, i, by)),
      ])
    }
  },
}) as unknown as MetricOfSeveral<AdaptiveStructureTextureOptions>
