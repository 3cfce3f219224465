/** A matrix times a column, such as LPIPS' weighted sums of channels: the backend's own product takes ten times as long. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { addressIn } from '../simd/simdModule.js'
import type { Product } from './matrixProducts.js'

/** The product [..., rows, 1]; undefined for other products and without the module. */
export const timesColumn = (a: Tensor, b: Tensor, { transposeA, transposeB }: Product): TensorInfo | undefined => {
  const module = arithmeticKernels.inUse()
  const isColumn = b.shape.at(-1) === 1 && !transposeA && !transposeB && b.size === a.shape.at(-1)
  if (module === undefined || !isColumn || a.size === 0 || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined
  const rows = tf.util.sizeFromShape(a.shape.slice(0, -1))
  const y = module.backend.makeOutput([...a.shape.slice(0, -1), 1], 'float32')
  module.functions.timesColumn(addressIn(module, a), addressIn(module, b), addressIn(module, y), rows, b.size)
  return y
}
