/** The WebAssembly module with the kernels of colours. */
import { COLOUR_KERNELS } from './colourKernelBytes.js'
import { simdModules, type SimdModules } from './simdModule.js'

/** The modules, one for each backend. */
export const colourKernels: SimdModules<'levels' | 'mixChannels'> = simdModules(COLOUR_KERNELS)
