/** A matrix times a column, as the weighted sums of channels of LPIPS are: the backend multiplies it like other matrices, at ten times the time. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { addressIn } from '../simd/simdModule.js'
import type { Product } from './matrixProducts.js'

/** The product [..., rows, 1]; undefined for other products, and without the module. */
export const timesColumn = (a: Tensor, b: Tensor, { transposeA, transposeB }: Product): TensorInfo | undefined => {
  const module = arithmeticKernels.inUse()
  const isColumn = b.shape.at(-1) === 1 && !transposeA && !transposeB && b.size === a.shape.at(-1)
  if (module === undefined || !isColumn || a.size === 0 || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined
  const rows = tf.util.sizeFromShape(a.shape.slice(0, -1))
  const y = module.backend.makeOutput([...a.shape.slice(0, -1), 1], 'float32')
  module.functions.timesColumn(addressIn(module, a), addressIn(module, b), addressIn(module, y), rows, b.size)
  return y
}
