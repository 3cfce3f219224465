/**
 * Max and average pooling over windows of any size and stride, with gradients that are right where windows overlap and values tie.
 *
 * Laws: a window's gradient sums to dy; ties share it equally; positions that no window covers get none.
 *
 * Each backend has its own gradients (kernels.ts).
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { kernels } from './kernelsInUse.js'
import { withTies } from './equalFields.js'
import { comparableFields, requireSaved, type FieldNumbers, type Step } from './step.js'
import { covered, LOWEST, type PoolingWindow } from './windows.js'

/** Maximum of each window. With `fields`, on backends that compare receptive fields, positions with equal fields are ties, however their values were rounded. */
export const maxOver = (window: PoolingWindow, fields?: FieldNumbers): Step => {
  const maximum = (x: Tensor4D): Tensor4D =>
    kernels().maxPool?.(x, window) ?? tf.tidy(() => tf.maxPool(covered(x, window, LOWEST), window.size, window.stride, 'valid'))
  return {
    keeps: { input: true, output: true },
    tiesBy: fields === undefined ? 'values' : 'overlapping fields',
    ready: () => undefined,
    forward: maximum,
    backward: (dy, saved) =>
      tf.tidy(() => {
        const [input, maxima, receptiveFields] = [requireSaved(saved.x), requireSaved(saved.y), comparableFields(saved.picture, fields)]
        const { overlappingMaxGradient, overlaps } = kernels()
        const own = overlappingMaxGradient?.(dy, input, maxima, window, receptiveFields)
        if (own !== undefined) return own
        const { x, y } = withTies(input, maxima, receptiveFields, window.size, maximum)
        return overlaps.ofMaximum(dy, x, y, window)
      }),
  }
}

/** Mean of the part of each window that is in the image. */
export const averageOver = (window: PoolingWindow): Step => {
  const average = (x: Tensor4D): Tensor4D => tf.avgPool(covered(x, window, 0), window.size, window.stride, 'valid')
  /** How much of each window is in the image. */
  const inside = (height: number, width: number): Tensor4D => average(tf.ones([1, height, width, 1]))
  return {
    keeps: { input: false, output: false },
    ready: () => undefined,
    forward: (x) => tf.tidy(() => tf.div(average(x), inside(x.shape[1], x.shape[2]))),
    backward: (dy, { from }) =>
      tf.tidy(() => {
        const share = tf.div<Tensor4D>(dy, tf.mul(inside(from[1] ?? 0, from[2] ?? 0), window.size ** 2))
        return kernels().overlaps.ofSum(share, from, window)
      }),
  }
}
