/** Parts of a tensor by their numbers, inside the backend's memory: the backend's own kernel goes through the numbers in JavaScript. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { addressIn } from '../simd/simdModule.js'
import type { KernelCall } from './replaceKernel.js'

/** Parts of x along its first axis, by their numbers; left to the backend where a number is out of range, which it reports. */
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
