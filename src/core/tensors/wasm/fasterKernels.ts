/**
 * Kernels that give what those of TensorFlow.js' WASM backend give, in less time: arithmetic of single numbers, clones that share their memory, padded tensors, parts of tensors and tensors
 * of parts or repeated ones copied inside the backend's memory, and products of transposed and of many matrices.
 */
import type * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { isPlain, matrixProducts, type Product } from './matrixProducts.js'
import { NUMBER_BY_NUMBER } from './numberByNumber.js'
import { LAYOUTS } from './layouts.js'
import { gather } from './gather.js'
import { topK } from './topK.js'
import { isReplaced, replaceKernel, replaceKernelWhere, type KernelCall } from './replaceKernel.js'
import { countsOf, SLICING } from './slices.js'
import { timesColumn } from './timesColumn.js'

/** Uses them from now on, if the WASM backend is imported. A second call does nothing. */
export const useFasterKernels = (): void => {
  if (isReplaced('Identity')) return
  replaceKernel('Identity', shared)
  for (const [name, kernel] of Object.entries({ ...NUMBER_BY_NUMBER, ...LAYOUTS, TopK: topK, GatherV2: gather })) replaceKernelWhere(name, kernel)
  for (const [name, kernel] of Object.entries(SLICING)) replaceKernelWhere(name, (call) => (isText(call) || isAlongMany(call) ? undefined : kernel(call)))
  replaceKernelWhere('BatchMatMul', (call) => {
    const pair = pairOf(call)
    return timesColumn(...pair) ?? (isPlain(...pair) ? undefined : matrixProducts(...pair))
  })
}

/** The backend's record of how many tensors use a buffer. */
interface Counting {
  readonly incRef: (dataId: object) => void
}

/** As the backend's Reshape does; its Identity copies. */
const shared: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x'] as Tensor
  ;(backend as Counting).incRef(dataId)
  return { dataId, shape, dtype }
}

const isText = ({ inputs }: KernelCall): boolean => Object.values(inputs).some((x) => (x as Tensor).dtype === 'string')

/** A tensor that is repeated along several axes, or stays as it is. */
const isAlongMany = ({ attrs }: KernelCall): boolean => {
  const counts = countsOf(attrs) as readonly number[] | undefined
  return counts !== undefined && counts.filter((count) => count !== 1).length !== 1 && !counts.includes(0)
}

/** The pair of a product, and how it was asked for. */
const pairOf = ({ inputs, attrs }: KernelCall): readonly [Tensor, Tensor, Product] => [
  inputs['a'] as Tensor,
  inputs['b'] as Tensor,
  attrs as unknown as Product,
]
