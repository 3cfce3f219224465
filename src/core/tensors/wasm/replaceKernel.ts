/** Kernels in place of those of TensorFlow.js' WASM backend. */
import * as tf from '@tensorflow/tfjs'

const BACKEND = 'wasm'

/** A call of a kernel, with its inputs and attributes. */
export type KernelCall = Parameters<tf.KernelFunc>[0]

/** Whether a kernel is ours already, or the backend is not imported. */
export const isReplaced = (kernelName: string): boolean => {
  const kernel = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  return kernel === undefined || ours.has(kernel.kernelFunc)
}

/** Puts a kernel in place of the backend's own. It does nothing before the backend is imported, which would register its own kernels again. */
export const replaceKernel = (kernelName: string, kernelFunc: tf.KernelFunc): void => {
  const stock = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  if (stock === undefined || isReplaced(kernelName)) return
  ours.add(kernelFunc)
  tf.unregisterKernel(kernelName, BACKEND)
  tf.registerKernel({ ...stock, kernelFunc })
}

/** The same for a kernel that may return undefined: then the backend's own runs. */
export const replaceKernelWhere = (kernelName: string, own: (call: KernelCall) => ReturnType<tf.KernelFunc> | undefined): void => {
  const stock = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  if (stock !== undefined) replaceKernel(kernelName, (call) => own(call) ?? stock.kernelFunc(call))
}

const ours = new WeakSet<tf.KernelFunc>()
