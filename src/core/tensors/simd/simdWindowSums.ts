/** Weighted sums in windows by the WebAssembly module. */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { PictureKernel } from './pictureKernels.js'
import { runParts } from './runSimd.js'
import type { SimdModule } from './simdModule.js'

/** Fewer products (0.1 ms) are not worth waking a thread for. */
const PRODUCTS_OF_A_PART = 2 ** 20

/** The sums of windows inside the picture; with `around`, also of those that reach over an edge. */
export const simdWindowSums = (module: SimdModule<PictureKernel>, x: Tensor4D, down: Tensor1D, across: Tensor1D, around: boolean): Tensor4D => {
  const [batch, height, width, channels] = x.shape
  const grown = (side: number, weights: Tensor1D): number => side + (around ? 1 : -1) * (weights.size - 1)
  const [rows, columns] = [grown(height, down), grown(width, across)]
  const line = channels * Math.max(width, columns)
  const products = line * (down.size + across.size)
  return runParts(module, {
    inputs: { x, down, across },
    shape: [batch, rows, columns, channels],
    scratchBytes: 0,
    // A row with zeros on both sides.
    threadBytes: 4 * channels * (width + (around ? 2 * (across.size - 1) : 0)),
    call: (run, { inputs, output }) => {
      const some = { count: batch * rows, fewest: Math.ceil(PRODUCTS_OF_A_PART / products) }
      run('windowSums', some, inputs.x, inputs.down, inputs.across, output, height, width, channels, down.size, across.size, around ? 1 : 0)
    },
  })
}
