/** Max pooling of windows 2 x 2 at stride 2 and its gradient, with its rule for ties (other windows: `overlappingPooling.ts`). The last row or column of an odd side is dropped. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { kernels } from './kernelsInUse.js'
import type { Shape } from '../../core/errors/shape.js'
import { cutTo } from '../../core/tensors/sized.js'
import { withTies, type Maxima } from './equalFields.js'
import { comparableFields, requireSaved, type FieldNumbers, type Step } from './step.js'
import { uncovered } from './averagePool.js'
import type { PoolingWindow } from './windows.js'

const HALVING: PoolingWindow = { size: 2, stride: 2, rounding: 'floor' }

const maximum = (x: Tensor4D): Tensor4D => kernels().maxPool?.(x, HALVING) ?? tf.maxPool(x, 2, 2, 'valid')

/**
 * Maximum of each window. Ties share its gradient equally, so that a window's gradient sums to dy (backends give all of it to the first or to the last of them). With `fields`, positions
 * with equal receptive fields in the picture are ties, however their values were rounded.
 */
export const maxPool = (fields?: FieldNumbers): Step => ({
  keeps: { input: true, output: true },
  tiesBy: fields === undefined ? 'values' : 'fields',
  ready: () => undefined,
  forward: maximum,
  backward: (dy, { x, y, from, picture }) => {
    const receptiveFields = comparableFields(picture, fields)
    const own = kernels().maxPoolGradient?.(dy, requireSaved(x), requireSaved(y), receptiveFields)
    if (own !== undefined) return own
    return tf.tidy(() => byMarks(dy, withTies(requireSaved(x), requireSaved(y), receptiveFields, 2, maximum), from))
  },
})

/** The gradient by marks of the maxima, for backends without a kernel for it. */
const byMarks = (dy: Tensor4D, { x, y }: Maxima, from: Shape): Tensor4D => {
  const { isMaximum, repeated } = kernels()
  const chosen = isMaximum(covered(x, y.shape), y)
  const share = tf.tidy(() => tf.div<Tensor4D>(dy, tf.mul(tf.avgPool(chosen, 2, 2, 'valid'), 4)))
  return uncovered(tf.mul(chosen, repeated(share)), from)
}

/** The part of x that whole windows cover. */
const covered = (x: Tensor4D, [, height = 0, width = 0]: readonly number[]): Tensor4D => cutTo(x, [2 * height, 2 * width])
