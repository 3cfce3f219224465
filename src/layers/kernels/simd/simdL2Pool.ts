/**
 * L2 pooling and its gradient by the WebAssembly module, one pass over memory each. Channels are a multiple of 4.
 */
import type { Tensor4D } from '@tensorflow/tfjs'
import { runParts } from '../../../core/tensors/simd/runSimd.js'
import type { NetworkKernels } from './networkKernels.js'
import { rowsOf, SEVERAL_PASSES } from './parts.js'

/** The root of the blurred squares at every second position. */
export const simdL2Pool = (module: NetworkKernels, x: Tensor4D): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  return runParts(module, {
    inputs: { x },
    shape: [batch, Math.ceil(height / 2), Math.ceil(width / 2), channels],
    scratchBytes: 0,
    threadBytes: 0,
    call: (run, { inputs, output }) => {
      run('l2Pool', { count: batch * Math.ceil(height / 2), fewest: rowsOf(2 * width * channels, SEVERAL_PASSES) }, inputs.x, output, height, width, channels)
    },
  })
}

/** Its gradient in x, from that in its value y. */
export const simdL2PoolGradient = (module: NetworkKernels, dy: Tensor4D, x: Tensor4D, y: Tensor4D): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  return runParts(module, {
    inputs: { dy, x, y },
    shape: x.shape,
    scratchBytes: 0,
    threadBytes: 0,
    call: (run, { inputs, output }) => {
      run(
        'l2PoolGradient',
        { count: batch * height, fewest: rowsOf(width * channels, SEVERAL_PASSES) },
        inputs.dy,
        inputs.x,
        inputs.y,
        output,
        height,
        width,
        channels,
      )
    },
  })
}
