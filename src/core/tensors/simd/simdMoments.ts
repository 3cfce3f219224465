/** Moments of pairs by the WebAssembly module: one pass over the tensors, and one for their gradient. */
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import type { PictureKernel } from './pictureKernels.js'
import { runSimd } from './runSimd.js'
import type { SimdModule } from './simdModule.js'

/** About so many numbers of each tensor are summed by themselves, wherever the sums are then added. */
const NUMBERS_OF_A_UNIT = 2 ** 18

/** How many kinds of sums there are, and of moments. */
const [SUMS, MOMENTS] = [5, 7]

/** The moments of x and y [rows, batch, channels]. */
export const simdMoments = (module: SimdModule<PictureKernel>, x: Tensor4D, y: Tensor4D): Tensor3D => {
  const [batch, height, width, channels] = y.shape
  const positions = height * width
  const unit = Math.max(1, Math.round(NUMBERS_OF_A_UNIT / channels))
  const units = batch * Math.ceil(positions / unit)
  return runSimd(module, {
    inputs: { x, y },
    shape: [MOMENTS, batch, channels],
    scratchBytes: 8 * SUMS * channels * units,
    call: ({ pairSums, pairMoments }, { inputs, output, scratch }) => {
      pairSums(0, 0, units, inputs.x, inputs.y, scratch, positions, channels, unit)
      pairMoments(inputs.x, inputs.y, scratch, output, batch, positions, channels, unit)
    },
  })
}

/** The gradient in y from that in its moments, over the number of positions. */
export const simdMomentsGradient = (module: SimdModule<PictureKernel>, x: Tensor4D, y: Tensor4D, moments: Tensor, slopes: Tensor): Tensor4D => {
  const [batch, height, width, channels] = y.shape
  return runSimd(module, {
    inputs: { x, y, moments, slopes },
    shape: y.shape,
    scratchBytes: 0,
    call: ({ pairMomentsGradient }, { inputs, output }) => {
      pairMomentsGradient(0, 0, batch * height * width, inputs.x, inputs.y, inputs.moments, inputs.slopes, output, batch, height * width, channels)
    },
  })
}
