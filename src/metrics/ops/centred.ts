import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { stopGradient } from '../../core/tensors/engine.js'
import { channelMean } from '../../core/tensors/perSample.js'

/** Each channel less its mean, which counts as a constant: for what a shift of all values does not change, and which keeps its digits so. */
export const centred = (x: Tensor4D): Tensor4D =>
  tf.sub<Tensor4D>(
    x,
    stopGradient(() => tf.reshape(channelMean(x), [x.shape[0], 1, 1, -1])),
  )
