/** The kernels of moments of pairs, chosen by the backend. */
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { hasNativeMoments, nativeMoments, nativeMomentsGradient } from './native/nativeMoments.js'
import { pictureKernels } from './simd/pictureKernels.js'
import { simdMoments, simdMomentsGradient } from './simd/simdMoments.js'

/** One pass over the tensors each; all tensors are float32, and x and y have the same shape. */
export interface MomentKernels {
  /**
   * Of x and y [batch, height, width, channels], over all positions, [7, batch, channels]: the means of x and y, those of x and y less their first position's values, and the
   * variances of x, y and y - x. A channel of one value has no variance at all.
   */
  readonly moments: (x: Tensor4D, y: Tensor4D) => Tensor3D
  /** The gradient in y, from the moments and the gradient in the mean of y, the variance of y and that of y - x, over the number of positions: `slopes` [3, batch, channels]. */
  readonly gradient: (x: Tensor4D, y: Tensor4D, moments: Tensor, slopes: Tensor) => Tensor4D
}

const NATIVE: MomentKernels = { moments: nativeMoments, gradient: nativeMomentsGradient }

/** Those of the backend in use; undefined where it has none. */
export const momentKernels = (): MomentKernels | undefined => {
  if (hasNativeMoments()) return NATIVE
  const module = pictureKernels.inUse()
  if (module === undefined) return undefined
  return {
    moments: (x, y) => simdMoments(module, x, y),
    gradient: (x, y, moments, slopes) => simdMomentsGradient(module, x, y, moments, slopes),
  }
}
