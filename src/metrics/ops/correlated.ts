import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { differentiable } from '../../core/tensors/differentiable.js'
import { windowSums, type Reach } from '../../core/tensors/windowSums.js'

/**
 * The weighted sums of neighbours along height (1) or width (2): that axis is shorter by one less than the number of weights, or longer by that, where also sums that reach over an edge
 * count ('around').
 */
export const correlated = (x: Tensor4D, axis: 1 | 2, weights: readonly number[], reach: Reach = 'inside'): Tensor4D =>
  differentiable<Tensor4D>(x, (input) => {
    const along = tf.tensor1d([...weights])
    return {
      value: windowSums(input as Tensor4D, axis === 1 ? { down: along } : { across: along }, reach),
      gradient: (dy) => correlated(dy, axis, [...weights].reverse(), reach === 'inside' ? 'around' : 'inside'),
    }
  })
