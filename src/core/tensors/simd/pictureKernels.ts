/** The WebAssembly module with the kernels of pictures. */
import { PICTURE_KERNELS } from './pictureKernelBytes.js'
import { simdModules, type SimdModules } from './simdModule.js'

export type PictureKernel = 'finiteMarks' | 'middleMeans' | 'pairMoments' | 'pairMomentsGradient' | 'pairSums' | 'windowSums'

/** The modules, one for each backend. */
export const pictureKernels: SimdModules<PictureKernel> = simdModules(PICTURE_KERNELS)
