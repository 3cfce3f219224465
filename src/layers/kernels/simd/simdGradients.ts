/**
 * Gradients of ReLUs and of max pooling by the WebAssembly module, one pass over memory each.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { ComparableFields } from '../step.js'
import type { PoolingWindow } from '../windows.js'
import { runParts } from '../../../core/tensors/simd/runSimd.js'
import type { NetworkKernel, NetworkKernels } from './networkKernels.js'
import { ONE_PASS, rowsOf, SEVERAL_PASSES } from './parts.js'

/** The gradient through a ReLU whose output was `y`. */
export const simdReluGradient = (module: NetworkKernels, dy: Tensor4D, y: Tensor4D): Tensor4D =>
  runParts(module, {
    inputs: { dy, y },
    shape: y.shape,
    scratchBytes: 0,
    threadBytes: 0,
    call: (run, { inputs, output }) => {
      run('reluGradient', { count: y.size, fewest: ONE_PASS }, inputs.dy, inputs.y, output)
    },
  })

/** The gradient of max pooling x 2 x 2 at stride 2 to y; positions whose receptive fields in the picture are equal count as equal. Undefined for channels that are no multiple of 4. */
export const simdMaxPoolGradient = (
  module: NetworkKernels,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  seen: ComparableFields | undefined,
): Tensor4D | undefined => {
  const [batch, height, width, channels] = x.shape
  if (channels % 4 !== 0) return undefined
  const { picture = x, fields } = seen ?? {}
  const numbers = Int32Array.from(fields?.(picture.shape) ?? [])
  const pairs = { count: batch * Math.ceil(height / 2), fewest: rowsOf(2 * width * channels, ONE_PASS) }
  return runParts<Tensor4D, NetworkKernel, 'dy' | 'x' | 'y' | 'picture'>(module, {
    inputs: { dy, x, y, picture },
    shape: x.shape,
    scratchBytes: numbers.byteLength,
    threadBytes: 0,
    call: (run, { inputs, output, scratch }) => {
      new Int32Array(module.memory.buffer, scratch, numbers.length).set(numbers)
      const sees = seen === undefined ? 0 : inputs.picture
      run('maxPoolGradient', pairs, inputs.dy, inputs.x, inputs.y, output, height, width, channels, sees, scratch)
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
  const rows = { count: batch * height, fewest: Math.max(4 * size, rowsOf(width * channels, SEVERAL_PASSES)) }
  return runParts<Tensor4D, NetworkKernel, 'dy' | 'x' | 'y' | 'picture'>(module, {
    inputs: { dy, x, y, picture },
    shape: x.shape,
    scratchBytes: numbers.byteLength,
    threadBytes: 16 * size ** 2 + 4 * size ** 2,
    call: (run, { inputs, output, scratch }) => {
      new Int32Array(module.memory.buffer, scratch, numbers.length).set(numbers)
      const sees = seen === undefined ? 0 : inputs.picture
      run('overlappingMaxGradient', rows, inputs.dy, inputs.x, inputs.y, output, height, width, channels, down, across, size, stride, sees, scratch)
    },
  })
}
