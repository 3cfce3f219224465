/**
 * Faster kernels for TensorFlow.js' WASM backend, with the same results: arithmetic, clones that share their memory, padding, slicing, joining and repeating inside the backend's memory, and
 * products of transposed and of many matrices.
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

/** Replaces the kernels, if the WASM backend is imported. A second call does nothing. */
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

/** Identity that shares memory, as the backend's Reshape does; its own Identity copies. */
const shared: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x'] as Tensor
  ;(backend as Counting).incRef(dataId)
  return { dataId, shape, dtype }
}

const isText = ({ inputs }: KernelCall): boolean => Object.values(inputs).some((x) => (x as Tensor).dtype === 'string')

/** Whether a Tile repeats along several axes or none. */
const isAlongMany = ({ attrs }: KernelCall): boolean => {
  const counts = countsOf(attrs) as readonly number[] | undefined
  return counts !== undefined && counts.filter((count) => count !== 1).length !== 1 && !counts.includes(0)
}

/** The matrices of a product, and its attributes. */
const pairOf = ({ inputs, attrs }: KernelCall): readonly [Tensor, Tensor, Product] => [
  inputs['a'] as Tensor,
  inputs['b'] as Tensor,
  attrs as unknown as Product,
]
