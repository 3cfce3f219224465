/** Moments of pairs by the WebAssembly module: one pass over the tensors, and one for their gradient. */
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import type { PictureKernel } from './pictureKernels.js'
import { runParts } from './runSimd.js'
import type { SimdModule } from './simdModule.js'

/** A unit sums about this many numbers of each tensor, on any thread: the result does not depend on their number. */
const NUMBERS_OF_A_UNIT = 2 ** 18

/** The gradient of fewer numbers (0.1 ms) is not worth waking a thread for. */
const NUMBERS_OF_A_PART = 2 ** 17

/** The kinds of sums and of moments (c/pairMoments.c). */
const [SUMS, MOMENTS] = [5, 7]

/** The moments of x and y [rows, batch, channels]. */
export const simdMoments = (module: SimdModule<PictureKernel>, x: Tensor4D, y: Tensor4D): Tensor3D => {
  const [batch, height, width, channels] = y.shape
  const positions = height * width
  const unit = Math.max(1, Math.round(NUMBERS_OF_A_UNIT / channels))
  const units = batch * Math.ceil(positions / unit)
  return runParts(module, {
    inputs: { x, y },
    shape: [MOMENTS, batch, channels],
    scratchBytes: 8 * SUMS * channels * units,
    threadBytes: 0,
    call: (run, { inputs, output, scratch }) => {
      run('pairSums', { count: units, fewest: 1 }, inputs.x, inputs.y, scratch, positions, channels, unit)
      module.functions.pairMoments(inputs.x, inputs.y, scratch, output, batch, positions, channels, unit)
    },
  })
}

/** The gradient in y from that in its moments, over the number of positions. */
export const simdMomentsGradient = (module: SimdModule<PictureKernel>, x: Tensor4D, y: Tensor4D, moments: Tensor, slopes: Tensor): Tensor4D => {
  const [batch, height, width, channels] = y.shape
  return runParts(module, {
    inputs: { x, y, moments, slopes },
    shape: y.shape,
    scratchBytes: 0,
    threadBytes: 0,
    call: (run, { inputs: { moments: of, slopes: by, ...inputs }, output }) => {
      const some = { count: batch * height * width, fewest: Math.ceil(NUMBERS_OF_A_PART / channels) }
      run('pairMomentsGradient', some, inputs.x, inputs.y, of, by, output, batch, height * width, channels)
    },
  })
}
