import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { alongHeight, alongWidth } from '../../core/tensors/alongAxis.js'
import { differentiable } from '../../core/tensors/differentiable.js'

/** The weighted sums of neighbours along height (1) or width (2), without padding: that axis is shorter by one less than the number of weights. */
export const correlated = (x: Tensor4D, axis: 1 | 2, weights: readonly number[]): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => ({
    value: (axis === 1 ? alongHeight : alongWidth)(input as Tensor4D, tf.tensor1d([...weights])),
    gradient: (dy) => correlated(padded(dy, axis, weights.length - 1), axis, [...weights].reverse()),
  }))

const padded = (x: Tensor4D, axis: 1 | 2, by: number): Tensor4D =>
  tf.pad(x, [[0, 0], axis === 1 ? [by, by] : [0, 0], axis === 2 ? [by, by] : [0, 0], [0, 0]]) // prettier-ignore
