/** DISTS' L2 pooling and its gradient. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { kernels, padded } from './kernels.js'
import { requireSaved, type Step } from './step.js'

/** [1 2 1; 2 4 2; 1 2 1] / 16 for each channel. */
const hanning = (channels: number): Tensor4D => {
  const window = tf.tensor4d(
    [1, 2, 1, 2, 4, 2, 1, 2, 1].map((v) => v / 16),
    [3, 3, 1, 1],
  )
  return tf.tile(window, [1, 1, channels, 1])
}

/** Zeros between the values: [batch, height, width, channels] to twice the height and width. */
const spread = (z: Tensor4D): Tensor4D => {
  const [batch, height, width, channels] = z.shape
  const columns = tf.pad(tf.reshape(z, [batch * height, width, channels]), [
    [0, 0],
    [0, 0],
    [0, channels],
  ])
  const rows = tf.pad(tf.reshape(columns, [batch * height, 1, 2 * width * channels]), [
    [0, 0],
    [0, 1],
    [0, 0],
  ])
  return tf.reshape(rows, [batch, 2 * height, 2 * width, channels])
}

/**
 * Square root of the blurred squares, every second position: DISTS' pooling without aliasing.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020; `DISTS_pytorch/DISTS_pt.py` `L2pooling`.
 */
export const l2Pool: Step = {
  keeps: { input: true, output: true },
  ready: () => undefined,
  forward: (x) => kernels().l2Pooling?.value(x) ?? byBlurring.forward(x),
  backward: (dy, kept) => kernels().l2Pooling?.gradient(dy, requireSaved(kept.x), requireSaved(kept.y)) ?? byBlurring.backward(dy, kept),
}

/** Made of other ops, for backends without kernels for it. */
const byBlurring: Pick<Step, 'forward' | 'backward'> = {
  forward: (x) => tf.tidy(() => tf.sqrt(tf.add<Tensor4D>(tf.depthwiseConv2d(padded(tf.square(x), 1), hanning(x.shape[3]), 2, 'valid'), 1e-12))),
  backward: (dy, { x, y, from }) =>
    tf.tidy(() => {
      const input = requireSaved(x)
      const back = tf.depthwiseConv2d(spread(tf.div(dy, requireSaved(y))), hanning(input.shape[3]), 1, 'same')
      return tf.mul(input, tf.slice(back, [0, 0, 0, 0], [...from] as [number, number, number, number]))
    }),
}
