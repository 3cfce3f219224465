import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { mapOf, meanOf, type PointwiseFunction } from './ops/pointwise.js'
import { positive } from '../core/arguments/codecs.js'

/** Options of `huber`. */
export interface HuberOptions {
  /** The difference where the parabola becomes a line, in units of the feature; default 1. */
  readonly delta: number
}

/** With c the difference clipped to ±delta, Huber's curve is c (d - c / 2), and c is its slope. */
const curve = ({ delta }: HuberOptions): PointwiseFunction => ({
  between: (d) => tf.clipByValue(d, -delta, delta),
  value: (d, clipped) => tf.mul(clipped, tf.sub(d, tf.mul(clipped, 0.5))),
  slope: (_, by, clipped) => tf.mul(clipped, by),
})

/** The curve at d >= 0. */
const largest = (d: number, delta: number): number => (d <= delta ? (d * d) / 2 : delta * (d - delta / 2))

/**
 * Huber's loss: the mean over a sample's elements of d² / 2 up to delta and delta (|d| - delta / 2) beyond.
 *
 * Value: [0, infinity), zero on identity, symmetric, smooth. Any feature.
 *
 * Source: Huber, 1964; `keras.losses.Huber`, `torch.nn.HuberLoss`.
 *
 * @example huber(pixels, { delta: 0.1 })
 */
export const huber: Metric<HuberOptions> = defineMetric({
  id: 'huber',
  options: t.strict({ delta: positive }),
  defaults: { delta: 1 },
  laws: ({ delta }) => ({ symmetric: true, zeroOnIdentity: true, range: (bound) => [0, largest(2 * bound, delta)], smooth: true }),
  apply: (options) => (reference, prediction) => meanOf(tf.sub(prediction, reference), curve(options)),
  tiling: () => 'mean',
  keepsNonFinite: () => true,
  map: (options) => (reference, prediction) => mapOf(tf.sub(prediction, reference), curve(options)),
})
