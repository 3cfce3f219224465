/** Gathering inside the backend's memory: the backend's own kernel goes through the indices in JavaScript. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { addressIn } from '../simd/simdModule.js'
import type { KernelCall } from './replaceKernel.js'

/** Gathers along the first axis; undefined otherwise, and if an index is out of range, which the backend's kernel reports. */
export const gather = ({ inputs, attrs }: KernelCall): TensorInfo | undefined => {
  const [module, x, numbers] = [arithmeticKernels.inUse(), inputs['x'] as Tensor, inputs['indices'] as Tensor]
  const { axis, batchDims } = attrs as unknown as { readonly axis: number; readonly batchDims: number }
  if (module === undefined || x.dtype !== 'float32' || numbers.dtype !== 'int32' || x.size === 0 || axis !== 0 || batchDims !== 0) return undefined
  const y = module.backend.makeOutput([...numbers.shape, ...x.shape.slice(1)], 'float32')
  const [size = 1] = x.shape
  if (module.functions.gather(addressIn(module, x), addressIn(module, numbers), addressIn(module, y), numbers.size, x.size / size, size) === 1) return y
  tf.backend().disposeData(y.dataId)
  return undefined
}
