/**
 * Runs kernels of the WebAssembly module on tensors, as kernels of TensorFlow.js: they appear in its profiles.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { runKernel } from '../engine.js'
import { addressIn, addressOf, type SimdFunctions, type SimdModule } from './simdModule.js'

/** Where a call finds its tensors, its output and its scratch memory. */
export interface Addresses<Name extends string> {
  readonly inputs: Readonly<Record<Name, number>>
  readonly output: number
  readonly scratch: number
}

/** A call of the module: the tensors it reads, the shape it writes, and how many bytes it needs besides. */
export interface SimdCall<Kernel extends string, Name extends string> {
  readonly inputs: Readonly<Record<Name, Tensor>>
  readonly shape: readonly number[]
  readonly scratchBytes: number
  readonly call: (functions: SimdFunctions<Kernel>, at: Addresses<Name>) => void
}

/** The new tensor that a call writes. */
export const runSimd = <T extends Tensor, Kernel extends string, Name extends string>(
  module: SimdModule<Kernel>,
  { inputs, shape, scratchBytes, call }: SimdCall<Kernel, Name>,
): T => {
  register()
  const work = (): TensorInfo => {
    const names = Object.keys(inputs) as Name[]
    const addresses = Object.fromEntries(names.map((name) => [name, addressOf(module, inputs[name])])) as Record<Name, number>
    return withScratch(module, scratchBytes, (scratch) => {
      const output = module.backend.makeOutput(shape, 'float32')
      const address = checked(addressIn(module, output), 4 * tf.util.sizeFromShape([...shape]))
      call(module.functions, { inputs: addresses, output: address, scratch })
      return output
    })
  }
  return runKernel(KERNEL, inputs, { work }) as T
}

/** Runs work with this many bytes of scratch memory. */
export const withScratch = <A>({ backend: { wasm } }: Pick<SimdModule<never>, 'backend'>, bytes: number, work: (address: number) => A): A => {
  if (bytes === 0) return work(0)
  const address = checked(wasm._malloc(bytes) >>> 0, bytes)
  try {
    return work(address)
  } finally {
    wasm._free(address)
  }
}

/** The backend's `malloc` returns 0 where the memory is full. */
const checked = (address: number, bytes: number): number => {
  if (address === 0 && bytes > 0)
    throw new Error(`The WASM backend has no ${String(bytes)} bytes left of its 4 GB. Use smaller pictures or batches, or set memoryBudget.`)
  return address
}

/** One kernel that runs whatever work it is given: copies and versions of the package may share it. */
const KERNEL = 'PerceptualLossSimd'

const register = (): void => {
  // A look at the table: a list of all kernels takes 50 microseconds.
  if ((tf.getKernel(KERNEL, 'wasm') as tf.KernelConfig | undefined) !== undefined) return
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: 'wasm',
    kernelFunc: ({ attrs }) => (attrs as unknown as { readonly work: () => TensorInfo }).work(),
  })
}
