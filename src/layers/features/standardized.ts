import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineTransform, type Transform } from '../../core/define/define.js'
import { between, Plain } from '../../core/arguments/codecs.js'
import { elements } from '../../core/errors/shape.js'
import { perChannel } from '../../core/tensors/perChannel.js'

/** Options of `standardized`. */
export interface StandardizedOptions {
  /** What is subtracted, one number per channel; default the mean of ImageNet's pictures. */
  readonly mean: readonly number[]
  /** What the difference is divided by, one number above 0 per channel; default the standard deviation of ImageNet's pictures. */
  readonly deviation: readonly number[]
}

const listOf = (name: string, each: Plain<number>): Plain<readonly number[]> =>
  new Plain(`a list of numbers ${name}`, (u): u is readonly number[] => Array.isArray(u) && u.length > 0 && u.every(each.is), {
    type: 'array',
    minItems: 1,
    items: each.schema,
  })

/** ImageNet's mean and standard deviation in [0, 1], as torchvision has them. */
export const IMAGENET: StandardizedOptions = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }

/** The options that undo these. */
export const inverseOf = ({ mean, deviation }: StandardizedOptions): StandardizedOptions => ({
  mean: mean.map((value, i) => -value / (deviation[i] ?? 1)),
  deviation: deviation.map((value) => 1 / value),
})

/**
 * Standardizes the channels of a feature: (x - mean) / deviation; the shape does not change. By default as networks trained on ImageNet see a picture.
 *
 * Source: torchvision's `Normalize`.
 *
 * @example mse(standardized(pixels))
 * @example mse(standardized(luma(pixels), { mean: [0.5], deviation: [0.25] }))
 */
export const standardized: Transform<StandardizedOptions> = defineTransform({
  id: 'standardized',
  options: t.strict({
    mean: listOf('from -1e6 to 1e6', between(-1e6, 1e6)),
    deviation: listOf('from 1e-6 to 1e6', between(1e-6, 1e6)),
  }),
  defaults: IMAGENET,
  smooth: () => true,
  bound:
    ({ mean, deviation }) =>
    (input) =>
      Math.max(...mean.map((value, i) => (input + Math.abs(value)) / (deviation[i] ?? 1))),
  shape:
    ({ mean, deviation }) =>
    (input) => {
      const channels = input.length === 4 ? input[3] : undefined
      if (channels === undefined) return 'channels need height and width: [batch, height, width, channels]'
      if (mean.length === channels && deviation.length === channels) return input
      return `received ${String(mean.length)} means and ${String(deviation.length)} deviations, expected one per channel of the feature: ${String(channels)}`
    },
  flops: () => (input) => 2 * elements(input),
  tiling: () => ({ reach: 0 }),
  apply:
    ({ mean, deviation }) =>
    (feature: Tensor) =>
      perChannel(tf.div, perChannel(tf.sub, feature, tf.tensor1d([...mean])), tf.tensor1d([...deviation])),
})
