/**
 * Gradients of ReLUs and of max pooling by the WebAssembly module, one pass over memory each.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import type { ComparableFields } from '../step.js'
import { LARGEST_COMPARED, type PoolingWindow } from '../windows.js'
import { runParts } from '../../../core/tensors/simd/runSimd.js'
import type { Units } from '../../../core/tensors/simd/simdThreads.js'
import { fillsVectors, type NetworkKernel, type NetworkKernels } from './networkKernels.js'
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

/** The tensors of a max pooling's gradient: that in its values y, its input x, and the receptive fields to compare, if any. */
interface MaxPooled {
  readonly dy: Tensor4D
  readonly x: Tensor4D
  readonly y: Tensor4D
  readonly receptiveFields: ComparableFields | undefined
}

/** A kernel of max pooling's gradient: its units of work, the bytes that each thread needs, and the sizes after those of x. */
interface MaxGradient {
  readonly kernel: 'maxPoolGradient' | 'overlappingMaxGradient'
  readonly units: Units
  readonly threadBytes: number
  readonly sizes: readonly number[]
}

const maxGradient = (module: NetworkKernels, { dy, x, y, receptiveFields }: MaxPooled, { kernel, units, threadBytes, sizes }: MaxGradient): Tensor4D => {
  const [, height, width, channels] = x.shape
  const { picture = x, fields } = receptiveFields ?? {}
  const numbers = Int32Array.from(fields?.(picture.shape) ?? [])
  return runParts<Tensor4D, NetworkKernel, 'dy' | 'x' | 'y' | 'picture'>(module, {
    inputs: { dy, x, y, picture },
    shape: x.shape,
    scratchBytes: numbers.byteLength,
    threadBytes,
    call: (run, { inputs, output, scratch }) => {
      new Int32Array(module.memory.buffer, scratch, numbers.length).set(numbers)
      const compared = receptiveFields === undefined ? 0 : inputs.picture
      run(kernel, units, inputs.dy, inputs.x, inputs.y, output, height, width, channels, ...sizes, compared, scratch)
    },
  })
}

/**
 * The gradient of max pooling x 2 x 2 at stride 2 to y; positions whose receptive fields in the picture are equal count as equal. Undefined for channels that are no multiple of 4.
 */
export const simdMaxPoolGradient = (
  module: NetworkKernels,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  receptiveFields: ComparableFields | undefined,
): Tensor4D | undefined => {
  const [batch, height, width, channels] = x.shape
  if (!fillsVectors(x)) return undefined
  const units = { count: batch * Math.ceil(height / 2), fewest: rowsOf(2 * width * channels, ONE_PASS) }
  return maxGradient(module, { dy, x, y, receptiveFields }, { kernel: 'maxPoolGradient', units, threadBytes: 0, sizes: [] })
}

/** The same over any other windows, which may overlap. Undefined for windows and channels that the module does not take. */
export const simdOverlappingMaxGradient = (
  module: NetworkKernels,
  dy: Tensor4D,
  x: Tensor4D,
  y: Tensor4D,
  { size, stride }: PoolingWindow,
  receptiveFields: ComparableFields | undefined,
): Tensor4D | undefined => {
  const [batch, height, width, channels] = x.shape
  const [, down, across] = y.shape
  if (size > LARGEST_COMPARED || !fillsVectors(x)) return undefined
  return maxGradient(
    module,
    { dy, x, y, receptiveFields },
    {
      kernel: 'overlappingMaxGradient',
      units: { count: batch * height, fewest: Math.max(4 * size, rowsOf(width * channels, SEVERAL_PASSES)) },
      // For each position of a window a vector of marks, and the positions equal to it as bits.
      threadBytes: 16 * size ** 2 + 4 * size ** 2,
      sizes: [down, across, size, stride],
    },
  )
}
