/** DISTS' L2 pooling and its gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { amongZeros } from '../../core/tensors/everySecond.js'
import { binomialFilter } from './binomialFilter.js'
import { kernels } from './kernelsInUse.js'
import { requireSaved, type Step } from './step.js'
import { padded } from './windows.js'

/**
 * Square root of the blurred squares at every second position: DISTS' pooling without aliasing.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020; `DISTS_pytorch/DISTS_pt.py` `L2pooling`.
 */
export const l2Pool: Step = {
  keeps: { input: true, output: true },
  ready: () => undefined,
  forward: (x) => kernels().l2Pooling?.value(x) ?? byBlurring.forward(x),
  backward: (dy, kept) => kernels().l2Pooling?.gradient(dy, requireSaved(kept.x), requireSaved(kept.y)) ?? byBlurring.backward(dy, kept),
}

/** Composed of other ops, for backends without kernels for it. */
const byBlurring: Pick<Step, 'forward' | 'backward'> = {
  forward: (x) => tf.tidy(() => tf.sqrt(tf.add<Tensor4D>(tf.depthwiseConv2d(padded(tf.square(x), 1), binomialFilter(x.shape[3]), 2, 'valid'), 1e-12))),
  backward: (dy, { x, y, from: [, height = 0, width = 0] }) =>
    tf.tidy(() => {
      const input = requireSaved(x)
      const spread = amongZeros(tf.div(dy, requireSaved(y)), height, width)
      return tf.mul(input, tf.depthwiseConv2d<Tensor4D>(spread, binomialFilter(input.shape[3]), 1, 'same'))
    }),
}
