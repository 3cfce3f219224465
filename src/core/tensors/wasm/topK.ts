/** The largest numbers of rows, sorted inside the backend's memory: the backend's own kernel copies them out and sorts in JavaScript. */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { withScratch } from '../simd/scratch.js'
import { addressIn } from '../simd/simdModule.js'
import type { KernelCall } from './replaceKernel.js'

/** The bytes of the counts of four passes, and of two items per number (simd/c/arithmetic/sortRows.c). */
const COUNTS = 4 * 4 * 256
const ITEMS = 2 * 8

/** The k largest of each row in order, and their places. */
export const topK = ({ inputs, attrs }: KernelCall): TensorInfo[] | undefined => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  const { k } = attrs as unknown as { readonly k: number }
  const count = x.shape.at(-1) ?? 0
  if (module === undefined || x.dtype !== 'float32' || x.size === 0 || k < 1 || k > count) return undefined
  const { backend } = module
  const shape = [...x.shape.slice(0, -1), k]
  return withScratch(backend, COUNTS + ITEMS * count, (scratch) => {
    const [values, places] = [backend.makeOutput(shape, 'float32'), backend.makeOutput(shape, 'int32')]
    module.functions.sortRows(addressIn(module, x), addressIn(module, values), addressIn(module, places), scratch, x.size / count, count, k)
    return [values, places]
  })
}
