/** The WebAssembly module with the kernels of pictures. */
import { PICTURE_KERNELS } from './pictureKernelBytes.js'
import { simdModules, type SimdModules } from './simdModule.js'

/** The modules, one for each backend. */
export const pictureKernels: SimdModules<'alongAxis' | 'finiteMarks' | 'middleMeans'> = simdModules(PICTURE_KERNELS)
