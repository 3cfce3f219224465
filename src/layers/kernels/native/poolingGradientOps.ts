/**
 * The gradients of max pooling by ops of this package (c/poolings.c): one pass over memory, with ties by receptive fields if the picture is given.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LANES } from '../../../core/tensors/native/nativeVectors.js'
import { areClose, trialNumbers } from '../../../core/tensors/native/trial.js'
import { namedOp } from '../../../core/tensors/namedOps.js'
import type { ComparableFields } from '../step.js'
import { LARGEST_COMPARED, type PoolingWindow } from '../windows.js'

/** The op takes numbers of fields even if it does not compare them. */
const NO_FIELDS: readonly number[] = Array.from({ length: 10 }, () => 0)

type Op = 'PerceptualLossMaxPoolGradient' | 'PerceptualLossOverlappingMaxGradient'

const gradient = (
  op: Op,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  { size, stride }: Omit<PoolingWindow, 'rounding'>,
  receptiveFields: ComparableFields | undefined,
): Tensor4D | undefined => {
  if (x.shape[3] % LANES !== 0 || size > LARGEST_COMPARED) return undefined
  const { picture = x, fields } = receptiveFields ?? {}
  return namedOp(
    op,
    ({ TF_ATTR_BOOL, TF_ATTR_INT }) => [
      { name: 'sees', type: TF_ATTR_BOOL, value: fields !== undefined },
      { name: 'size', type: TF_ATTR_INT, value: size },
      { name: 'stride', type: TF_ATTR_INT, value: stride },
      { name: 'fields', type: TF_ATTR_INT, value: [...(fields?.(picture.shape) ?? NO_FIELDS)] },
    ],
    [dy, x, y, picture],
  ) as Tensor4D
}

/** The gradient of max pooling x to y by windows 2 x 2 at stride 2; undefined for channels that the op does not take. */
export const maxPoolGradientOp = (dy: Tensor4D, x: Tensor4D, y: Tensor4D, receptiveFields: ComparableFields | undefined): Tensor4D | undefined =>
  gradient('PerceptualLossMaxPoolGradient', dy, x, y, { size: 2, stride: 2 }, receptiveFields)

/** The same for any other windows, which may overlap; undefined for windows and channels that the op does not take. */
export const overlappingMaxGradientOp = (
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  window: PoolingWindow,
  receptiveFields: ComparableFields | undefined,
): Tensor4D | undefined => gradient('PerceptualLossOverlappingMaxGradient', dy, x, y, window, receptiveFields)

/** Whether the ops agree with TensorFlow's own gradients, on numbers without ties. */
export const poolingOpsWork = (): boolean =>
  (['PerceptualLossMaxPoolGradient', 'PerceptualLossOverlappingMaxGradient'] as const).every((op) => {
    const [size, stride] = op === 'PerceptualLossMaxPoolGradient' ? [2, 2] : [3, 2]
    const x = trialNumbers(1, [1, 8, 9, LANES])
    const y = tf.maxPool(x, size, stride, 'valid')
    const dy = trialNumbers(2, y.shape)
    const plain = tf.grads((input: tf.Tensor) => tf.maxPool(input as Tensor4D, size, stride, 'valid'))([x], dy)[0] ?? x
    const own = gradient(op, dy, x, y, { size, stride }, undefined) ?? x
    return areClose(own, plain, 1e-5)
  })
