/** Kernels in place of those of TensorFlow.js' WASM backend. */
import * as tf from '@tensorflow/tfjs'

const BACKEND = 'wasm'

/** A call of a kernel, with its inputs and attributes. */
export type KernelCall = Parameters<tf.KernelFunc>[0]

/** Puts a kernel in place of the backend's own. Before the backend is imported there is nothing to replace: its kernels would take the place of these. */
export const replaceKernel = (kernelName: string, kernelFunc: tf.KernelFunc): void => {
  const stock = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  if (stock === undefined || ours.has(stock.kernelFunc)) return
  ours.add(kernelFunc)
  tf.unregisterKernel(kernelName, BACKEND)
  tf.registerKernel({ ...stock, kernelFunc })
}

/** The same, but for the calls that are `left` to the backend's own. */
export const replaceKernelBut = (kernelName: string, own: tf.KernelFunc, left: (call: KernelCall) => boolean): void => {
  const stock = tf.getKernel(kernelName, BACKEND) as tf.KernelConfig | undefined
  if (stock !== undefined) replaceKernel(kernelName, (call) => (left(call) ? stock.kernelFunc(call) : own(call)))
}

const ours = new WeakSet<tf.KernelFunc>()
