import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { stopGradient, isTapeOn } from '../core/tensors/engine.js'
import { differentiable } from '../core/tensors/differentiable.js'
import { paired } from './ops/paired.js'
import { perSampleMean } from '../core/tensors/perSample.js'
import { elements } from '../core/errors/shape.js'
import { count, positiveInteger } from '../core/arguments/codecs.js'

/** Options of `slicedWasserstein`. */
export interface SlicedWassersteinOptions {
  /** The number of random projection directions, up to 4096; default 64. (The authors use as many as channels.) */
  readonly directions: number
  /** The seed of the directions, which are equal on every machine; default 1. */
  readonly seed: number
}

/** 2 GiB of float32. */
const MOST_PROJECTIONS = 2 ** 29

/** Numbers in (0, 1] from a seed (a linear congruential generator, Numerical Recipes). */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 1) / 2 ** 32
  }
}

/** Unit vectors that favour no direction: normally distributed coordinates (Box and Muller) over their length; a matrix of channels by directions. */
const unitVectors = (channels: number, { directions, seed }: SlicedWassersteinOptions): Tensor2D => {
  const next = uniform(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
  const rows = Array.from({ length: directions }, () => {
    const row = Array.from({ length: channels }, normal)
    const length = Math.hypot(...row)
    return row.map((value) => value / length)
  })
  return tf.transpose(tf.tensor2d(rows, [directions, channels]))
}

/** Each row in descending order, and where its numbers were. */
const sorted = (rows: Tensor): { readonly values: Tensor; readonly indices: Tensor } => tf.topk(rows, rows.shape[1] ?? 1, true)

/** Puts each row's sorted numbers back to where they were. */
const putBack = (rows: Tensor, indices: Tensor): Tensor =>
  differentiable(rows, (input, save) => {
    save([indices])
    return { value: picked(input, sorted(tf.neg(tf.cast(indices, 'float32'))).indices), gradient: (dy, [saved = indices]) => inOrder(dy, saved) }
  })

/** Each row's numbers in this order: the transpose of `putBack`. */
const inOrder = (rows: Tensor, indices: Tensor): Tensor =>
  differentiable(rows, (input, save) => {
    save([indices])
    return { value: picked(input, indices), gradient: (dy, [saved = indices]) => putBack(dy, saved) }
  })

const picked = (rows: Tensor, indices: Tensor): Tensor => {
  const [count = 0, length = 0] = rows.shape
  const starts = tf.reshape(tf.range(0, count * length, length, 'int32'), [count, 1])
  return tf.reshape(tf.gather(tf.reshape(rows, [-1]), tf.reshape(tf.add(indices, starts), [-1])), [count, length])
}

/** Of rows, the first half of them one distribution's and the second the other's: the mean squared difference of both in order, [rows / 2]. */
const wasserstein = (rows: Tensor): Tensor1D =>
  differentiable<Tensor1D>(rows, (input, save) => {
    const [first, second] = tf.split(input, 2).map(ordered) as [ReturnType<typeof sorted>, ReturnType<typeof sorted>]
    const apart = tf.sub(first.values, second.values)
    save([apart, tf.concat([first.indices, second.indices])])
    return {
      value: perSampleMean(tf.square(apart)),
      gradient: (dy, [difference = apart, indices = apart]) => {
        const [count = 0, length = 1] = difference.shape
        const slope = tf.mul(difference, tf.reshape(tf.mul(dy, 2 / length), [count, 1]))
        return putBack(tf.concat([slope, tf.neg(slope)]), indices)
      },
    }
  })

/** `sorted`, whose values have a gradient where the tape is on. */
const ordered = (rows: Tensor): ReturnType<typeof sorted> => {
  if (!isTapeOn()) return sorted(rows)
  const { indices } = stopGradient(() => sorted(rows))
  return { values: inOrder(rows, indices), indices }
}

/**
 * The squared sliced Wasserstein distance of a feature's channel vectors as point clouds, independent of their positions: the mean over random directions.
 *
 * The points of both pictures, projected on a direction and sorted, differ by d; the value is the mean of d² over points and directions. As a texture loss it compares
 * the whole distribution, unlike a Gram matrix.
 *
 * Value: [0, infinity), zero on identity (and on the same points elsewhere), symmetric. Any feature; the last axis holds the vectors.
 *
 * Source: Heitz, Vanhoey, Chambon and Belcour, "A Sliced Wasserstein Loss for Neural Texture Synthesis", 2021, eq. 4 to 6.
 *
 * @example slicedWasserstein(featureAt('block2_conv2'))
 */
export const slicedWasserstein: Metric<SlicedWassersteinOptions> = defineMetric({
  id: 'slicedWasserstein',
  options: t.strict({ directions: count(4096), seed: positiveInteger }),
  defaults: { directions: 64, seed: 1 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
  accepts:
    ({ directions }) =>
    (feature) => {
      const projected = (2 * directions * elements(feature)) / (feature.at(-1) ?? 1)
      const words = `${String(directions)} directions give ${projected.toLocaleString('en')} projections of both pictures`
      return projected <= MOST_PROJECTIONS
        ? undefined
        : `${words}, expected at most ${MOST_PROJECTIONS.toLocaleString('en')}. Use fewer directions or a smaller feature`
    },
  // Both clouds projected, and each projection sorted.
  flops:
    ({ directions }) =>
    (feature) => {
      const points = elements(feature) / (feature.at(-1) ?? 1)
      return 2 * directions * (2 * elements(feature) + points * Math.log2(Math.max(2, points)))
    },
  tiling: () => ({ refused: 'sorts all positions' }),
  apply: (options) => (reference, prediction) => {
    const [batch = 0] = prediction.shape
    const channels = prediction.shape.at(-1) ?? 1
    const points = tf.reshape(paired(reference, prediction), [-1, channels])
    const projected = tf.reshape(tf.matMul(points, unitVectors(channels, options)), [2 * batch, -1, options.directions])
    const rows = tf.reshape(tf.transpose(projected, [0, 2, 1]), [2 * batch * options.directions, -1])
    return perSampleMean(tf.reshape(wasserstein(rows), [batch, options.directions]))
  },
})
