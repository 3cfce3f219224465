import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { defineMetric, type Metric } from '../core/define/define.js'
import { mapOf, meanOf, type PointwiseFunction } from './ops/pointwise.js'
import { positive } from '../core/arguments/codecs.js'

/** Options of `charbonnier`. */
export interface CharbonnierOptions {
  /** The width of the bend at 0, in units of the feature; default 1e-6 (BasicSR's 1e-12 is its square). */
  readonly epsilon: number
  /** Whether epsilon is subtracted, so that identical features give 0 (kornia, with epsilon 1); default false. */
  readonly fromZero: boolean
}

const curve = ({ epsilon, fromZero }: CharbonnierOptions): PointwiseFunction => ({
  between: (d) => tf.sqrt(tf.add(tf.square(d), epsilon * epsilon)),
  value: (d, root) => (fromZero ? tf.div(tf.square(d), tf.add(root, epsilon)) : root),
  slope: (d, by, root) => tf.mul(tf.div(d, root), by),
})

/**
 * Charbonnier's loss, a smooth absolute error: the mean of sqrt(d² + epsilon²) over a sample's elements.
 *
 * Value: [epsilon, infinity), epsilon on identity; with `fromZero` [0, infinity) and zero on identity. Symmetric, smooth;
 * the triangle inequality holds without `fromZero`. Any feature.
 *
 * Source: Charbonnier et al., 1994; `basicsr/losses/basic_loss.py`; kornia's `charbonnier_loss` for `fromZero`.
 *
 * @example charbonnier(pixels, { epsilon: 1e-3 })
 */
export const charbonnier: Metric<CharbonnierOptions> = defineMetric({
  id: 'charbonnier',
  options: t.strict({ epsilon: positive, fromZero: t.boolean }),
  defaults: { epsilon: 1e-6, fromZero: false },
  laws: ({ epsilon, fromZero }) => ({
    symmetric: true,
    zeroOnIdentity: fromZero,
    triangle: !fromZero,
    range: (bound) => [fromZero ? 0 : epsilon, Math.hypot(2 * bound, epsilon) - (fromZero ? epsilon : 0)],
    smooth: true,
  }),
  apply: (options) => (reference, prediction) => meanOf(tf.sub(prediction, reference), curve(options)),
  tiling: () => 'mean',
  keepsNonFinite: () => true,
  map: (options) => (reference, prediction) => mapOf(tf.sub(prediction, reference), curve(options)),
})
