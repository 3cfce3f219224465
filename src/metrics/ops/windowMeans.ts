/**
 * Means under a Gaussian window at every position where it fits, or, where it fits nowhere, the mean over all positions.
 *
 * Laws: the mean of a constant is that constant; `back` is the transpose of `mean`.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { blur, spread, type Window } from '../../core/tensors/gaussianWindow.js'
import { channelMean } from '../../core/tensors/perSample.js'

/** The windows of a feature. */
export interface WindowMeans {
  /** Whether a single window is the whole feature. */
  readonly isWhole: boolean
  /** [batch, height, width, channels] to [batch, windows down, windows across, channels]. */
  readonly mean: (x: Tensor4D) => Tensor4D
  readonly back: (means: Tensor4D) => Tensor4D
}

/** The windows of a feature of this height and width. */
export const windowMeans = (height: number, width: number, window: Window): WindowMeans => {
  if (Math.min(height, width) >= window.length) return { isWhole: false, mean: (x) => blur(x, window), back: (means) => spread(means, window) }
  return {
    isWhole: true,
    mean: (x) => tf.reshape(channelMean(x), [x.shape[0], 1, 1, x.shape[3]]),
    back: (means) => tf.tile(tf.div<Tensor4D>(means, height * width), [1, height, width, 1]),
  }
}
