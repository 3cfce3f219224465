/** The kernels of moments of pairs of the backend in use. */
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { hasNativeMoments, nativeMoments, nativeMomentsGradient } from './native/nativeMoments.js'
import { pictureKernels } from './simd/pictureKernels.js'
import { simdMoments, simdMomentsGradient } from './simd/simdMoments.js'

/** Two kernels with one pass over the tensors each; all tensors are float32, and x and y have the same shape. */
export interface MomentKernels {
  /**
   * The moments of x and y [batch, height, width, channels] over all positions, [7, batch, channels]: the means of x and y, the same minus the values of the first position, and the
   * variances of x, y and y - x. The variance of a constant channel is 0.
   */
  readonly moments: (x: Tensor4D, y: Tensor4D) => Tensor3D
  /** The gradient in y. `slopes` [3, batch, channels] are the gradients in the mean of y, in its variance and in that of y - x, divided by the number of positions. */
  readonly gradient: (x: Tensor4D, y: Tensor4D, moments: Tensor, slopes: Tensor) => Tensor4D
}

const NATIVE: MomentKernels = { moments: nativeMoments, gradient: nativeMomentsGradient }

/** The kernels of the backend in use; undefined if it has none. */
export const momentKernels = (): MomentKernels | undefined => {
  if (hasNativeMoments()) return NATIVE
  const module = pictureKernels.inUse()
  if (module === undefined) return undefined
  return {
    moments: (x, y) => simdMoments(module, x, y),
    gradient: (x, y, moments, slopes) => simdMomentsGradient(module, x, y, moments, slopes),
  }
}
