/** The WebAssembly module with the kernels of arithmetic. */
import { ARITHMETIC_KERNELS } from './arithmeticKernelBytes.js'
import { simdModules, type SimdModules } from './simdModule.js'

export type ArithmeticKernel = 'unary' | 'clip' | 'binary' | 'compare' | 'choose' | 'numbers' | 'copyBox' | 'fill' | 'timesColumn' | 'sortRows' | 'gather'

/** The modules, one for each backend. */
export const arithmeticKernels: SimdModules<ArithmeticKernel> = simdModules(ARITHMETIC_KERNELS)
