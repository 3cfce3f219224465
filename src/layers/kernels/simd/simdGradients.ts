/**
 * Gradients of ReLUs and of max pooling by the WebAssembly module, one pass over memory each.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { ComparableFields } from '../step.js'
import type { PoolingWindow } from '../windows.js'
import { runSimd } from '../../../core/tensors/simd/runSimd.js'
import type { NetworkKernel, NetworkKernels } from './networkKernels.js'

/** The gradient through a ReLU whose output was `y`. */
export const simdReluGradient = (module: NetworkKernels, dy: Tensor4D, y: Tensor4D): Tensor4D =>
  runSimd(module, {
    inputs: { dy, y },
    shape: y.shape,
    scratchBytes: 0,
    call: ({ reluGradient }, { inputs, output }) => {
      reluGradient(inputs.dy, inputs.y, output, y.size)
    },
  })

/** The gradient of max pooling x 2 x 2 at stride 2 to y, in channels that are a multiple of 4; positions whose receptive fields in the picture are equal count as equal. */
export const simdMaxPoolGradient = (module: NetworkKernels, dy: Tensor4D, x: Tensor4D, y: Tensor4D, seen: ComparableFields | undefined): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  const { picture = x, fields } = seen ?? {}
  const numbers = Int32Array.from(fields?.(picture.shape) ?? [])
  return runSimd(module, {
    inputs: { dy, x, y, picture },
    shape: x.shape,
    scratchBytes: numbers.byteLength,
    call: ({ maxPoolGradient }, { inputs, output, scratch }) => {
      new Int32Array(module.memory.buffer, scratch, numbers.length).set(numbers)
      maxPoolGradient(inputs.dy, inputs.x, inputs.y, output, batch, height, width, channels, seen === undefined ? 0 : inputs.picture, scratch)
    },
  })
}

/** The largest side of a window: its positions are bits of one number. */
const LARGEST_SIDE = 5

/** The gradient of max pooling over any other windows, which may overlap; likewise. Undefined for windows and channels that the module does not take. */
export const simdOverlappingMaxGradient = (
  module: NetworkKernels,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  { size, stride }: PoolingWindow,
  seen: ComparableFields | undefined,
): Tensor4D | undefined => {
  const [batch, height, width, channels] = x.shape
  const [, down, across] = y.shape
  if (size > LARGEST_SIDE || channels % 4 !== 0) return undefined
  const { picture = x, fields } = seen ?? {}
  const numbers = Int32Array.from(fields?.(picture.shape) ?? [])
  const marks = 16 * size ** 2 + 4 * size ** 2
  return runSimd<Tensor4D, NetworkKernel, 'dy' | 'x' | 'y' | 'picture'>(module, {
    inputs: { dy, x, y, picture },
    shape: x.shape,
    scratchBytes: marks + numbers.byteLength,
    call: ({ overlappingMaxGradient }, { inputs, output, scratch }) => {
      const fieldsAt = scratch + marks
      new Int32Array(module.memory.buffer, fieldsAt, numbers.length).set(numbers)
      const sees = seen === undefined ? 0 : inputs.picture
      overlappingMaxGradient(inputs.dy, inputs.x, inputs.y, output, batch, height, width, channels, down, across, size, stride, sees, fieldsAt, scratch)
    },
  })
}
