/** Max pooling by the WebAssembly module, one pass over memory. TensorFlow.js' own wakes its threads, which then keep a processor busy for about a millisecond. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { counts, type PoolingWindow } from '../windows.js'
import { runParts } from '../../../core/tensors/simd/runSimd.js'
import { fillsVectors, type NetworkKernel, type NetworkKernels } from './networkKernels.js'
import { ONE_PASS, rowsOf } from './parts.js'

/** The maximum of each window. Undefined for channels that are no multiple of 4. */
export const simdMaxPool = (module: NetworkKernels, x: Tensor4D, window: PoolingWindow): Tensor4D | undefined => {
  const [batch, height, width, channels] = x.shape
  const { size, stride } = window
  const [down, across] = counts(x.shape, window)
  if (!fillsVectors(x)) return undefined
  return runParts<Tensor4D, NetworkKernel, 'x'>(module, {
    inputs: { x },
    shape: [batch, down, across, channels],
    scratchBytes: 0,
    threadBytes: 0,
    call: (run, { inputs, output }) => {
      const rows = { count: batch * down, fewest: rowsOf(stride * width * channels, ONE_PASS) }
      run('maxPool', rows, inputs.x, output, height, width, channels, down, across, size, stride)
    },
  })
}
