/**
 * The gradient kernels missing from TensorFlow.js' WASM backend.
 *
 * A generator's gradient runs after the loss's, inside TensorFlow.js, which says only "Kernel 'X' not registered for backend 'wasm'". Each missing kernel therefore gets
 * a placeholder that throws an error naming the cure; `registerWasmKernels` replaces the placeholders with working kernels.
 */
import * as tf from '@tensorflow/tfjs'
import { LossException } from '../errors/lossException.js'

const WASM = 'wasm'

/** Those that training layers needs. */
export const MISSING_KERNELS = [
  'Conv2DBackpropFilter',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'UnsortedSegmentSum',
] as const
export type MissingKernel = (typeof MISSING_KERNELS)[number]

/** Marks a placeholder. Registered, so that two copies of this package recognise each other's. */
const PLACEHOLDER = Symbol.for('perceptual-loss/missing-kernel')

const placeholder = (kernelName: MissingKernel): tf.KernelConfig & { readonly [PLACEHOLDER]: true } => ({
  kernelName,
  backendName: WASM,
  kernelFunc: () => {
    throw new LossException({ _tag: 'KernelMissing', backend: WASM, kernel: kernelName })
  },
  [PLACEHOLDER]: true,
})

/** Gives each kernel that WASM lacks a placeholder whose error names the cure; kernels that are there stay. Does nothing on other backends. */
export const explainMissingKernels = (): void => {
  if (tf.getBackend() !== WASM) return
  for (const kernel of MISSING_KERNELS) if (registered(kernel) === undefined) tf.registerKernel(placeholder(kernel))
}

const registered = (kernelName: string): tf.KernelConfig | undefined => tf.getKernel(kernelName, WASM)

/** Registers a kernel for WASM in place of the placeholder or where there is none; one that works already stays. */
export const registerMissingKernels = (kernelName: MissingKernel, kernelFunc: tf.KernelFunc): void => {
  const there = registered(kernelName)
  if (there !== undefined && !(PLACEHOLDER in there)) return
  if (there !== undefined) tf.unregisterKernel(kernelName, WASM)
  tf.registerKernel({ kernelName, backendName: WASM, kernelFunc })
}
