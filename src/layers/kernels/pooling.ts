/**
 * Pooling steps of windows 2 x 2 at stride 2 (what is left over at odd sides is dropped), and DISTS' L2 pooling; and which step a table's window asks for.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Pooling } from '../../core/language/feature.js'
import { kernels, padded, type Kernels } from './kernels.js'
import { averageOver, maxOver } from './overlappingPooling.js'
import { requireSaved, type FieldNumbers, type Step } from './step.js'
import { windowsAlong, type PoolingWindow } from './windows.js'

type Sides = readonly number[]

/** The part of x that whole windows cover. */
const covered = (x: Tensor4D, [, height = 0, width = 0]: Sides): Tensor4D =>
  x.shape[1] === 2 * height && x.shape[2] === 2 * width ? x : tf.slice(x, [0, 0, 0, 0], [x.shape[0], 2 * height, 2 * width, x.shape[3]])

/** Back to the size before what was left over was dropped: zeros there. */
const uncovered = (dx: Tensor4D, [, height = 0, width = 0]: Sides): Tensor4D =>
  dx.shape[1] === height && dx.shape[2] === width
    ? dx
    : tf.pad(dx, [
        [0, 0],
        [0, height - dx.shape[1]],
        [0, width - dx.shape[2]],
        [0, 0],
      ])

/**
 * Maximum of each window. Where several values are the maximum its gradient is shared equally among them, so that a window's gradient sums to dy (backends give
 * all of it to the first or to the last of them). With `fields`, positions that see the same in the picture are equal, however their values were rounded.
 */
export const maxPoolSeeing = (fields: FieldNumbers | undefined): Step => ({
  keeps: { input: true, output: true },
  tiesBy: fields === undefined ? 'values' : 'fields',
  ready: () => undefined,
  forward: (x) => tf.maxPool(x, 2, 2, 'valid'),
  backward: (dy, { x, y, from, picture }) => {
    const { maxPoolGradient } = kernels()
    if (maxPoolGradient === undefined || dy.shape[3] % 4 !== 0) return byMarks(dy, { x, y, from })
    return maxPoolGradient(dy, requireSaved(x), requireSaved(y), fields === undefined || picture === undefined ? undefined : { picture, fields })
  },
})

/** Maximum of each window, with ties by values. */
export const maxPool: Step = maxPoolSeeing(undefined)

/** By marks of the maxima, for backends without a kernel for it. */
const byMarks: Step['backward'] = (dy, { x, y, from }) =>
  tf.tidy(() => {
    const { isMaximum, repeated } = kernels()
    const chosen = isMaximum(covered(requireSaved(x), requireSaved(y).shape), requireSaved(y))
    const share = tf.tidy(() => tf.div<Tensor4D>(dy, tf.mul(tf.avgPool(chosen, 2, 2, 'valid'), 4)))
    return uncovered(tf.mul(chosen, repeated(share)), from)
  })

/** Mean of each window. */
export const averagePool: Step = {
  keeps: { input: false, output: false },
  ready: () => undefined,
  forward: (x) => tf.avgPool(x, 2, 2, 'valid'),
  backward: (dy, { from }) => tf.tidy(() => uncovered(kernels().repeated(tf.mul(dy, 0.25)), from)),
}

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
  forward: (x) => l2PoolingOf(x)?.value(x) ?? byBlurring.forward(x),
  backward: (dy, kept) => l2PoolingOf(dy)?.gradient(dy, requireSaved(kept.x), requireSaved(kept.y)) ?? byBlurring.backward(dy, kept),
}

/** The backend's kernels, for channels that they take. */
const l2PoolingOf = (x: Tensor4D): Kernels['l2Pooling'] => (x.shape[3] % 4 === 0 ? kernels().l2Pooling : undefined)

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

/** Whether a window is 2 x 2 at stride 2. */
export const isHalving = ({ size, stride, rounding }: PoolingWindow): boolean => size === 2 && stride === 2 && rounding === 'floor'

/** The pooling step of a variant of a network; L2 pooling has a window of its own, in place of 2 x 2. */
export const poolingOver = (pooling: Pooling, window: PoolingWindow, fields?: FieldNumbers): Step => {
  if (pooling === 'l2') return l2Pool
  if (isHalving(window)) return pooling === 'max' ? maxPoolSeeing(fields) : averagePool
  return (pooling === 'max' ? maxOver : averageOver)(window)
}

/** How long a side is after pooling. */
export const pooledSide = (side: number, pooling: Pooling, window: PoolingWindow): number =>
  pooling === 'l2' ? Math.ceil(side / 2) : windowsAlong(side, window)
