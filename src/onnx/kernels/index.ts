/** The kernels of TensorFlow.js that have an ONNX form, by their names. */
import { ELEMENTS } from './elementKernels.js'
import type { Translation } from './kernelContext.js'
import { REDUCTIONS } from './reductionKernels.js'
import { RESIZES } from './resizeKernels.js'
import { SHAPES } from './shapeKernels.js'
import { WINDOWS } from './windowKernels.js'

export const KERNELS: ReadonlyMap<string, Translation> = new Map(Object.entries({ ...ELEMENTS, ...REDUCTIONS, ...RESIZES, ...SHAPES, ...WINDOWS }))

/** Whether a kernel works element by element. */
export const isElementwise = (kernel: string): boolean => Object.hasOwn(ELEMENTS, kernel)
