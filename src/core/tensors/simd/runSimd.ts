/**
 * Runs kernels of the WebAssembly module on tensors, as kernels of TensorFlow.js: they appear in its profiles.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { runKernel } from '../engine.js'
import { allocated, withScratch } from './scratch.js'
import { addressIn, addressOf, type SimdFunctions, type SimdModule } from './simdModule.js'
import { partSize, ThreadsLost, type SimdThreads, type Units } from './simdThreads.js'

/** The addresses of a call's tensors, output and scratch memory. */
export interface Addresses<Name extends string> {
  readonly inputs: Readonly<Record<Name, number>>
  readonly output: number
  readonly scratch: number
}

/** What a call of the module reads and writes. */
interface Tensors<Name extends string> {
  readonly inputs: Readonly<Record<Name, Tensor>>
  readonly shape: readonly number[]
}

/** A call of the module, and the bytes of scratch memory that it needs. */
export interface SimdCall<Kernel extends string, Name extends string> extends Tensors<Name> {
  readonly scratchBytes: number
  readonly call: (functions: SimdFunctions<Kernel>, at: Addresses<Name>) => void
}

/** Runs a kernel on all threads. It receives the thread's scratch memory, the first unit and the one after the last, then these numbers. */
export type RunParts<Kernel extends string> = (kernel: Kernel, units: Units, ...numbers: readonly number[]) => void

/** A call in parts, and the bytes that each thread needs besides. Its result must not depend on the number of parts. */
export interface PartedSimdCall<Kernel extends string, Name extends string> extends Tensors<Name> {
  readonly scratchBytes: number
  readonly threadBytes: number
  readonly call: (run: RunParts<Kernel>, at: Addresses<Name>) => void
}

/** Runs a call, and returns the new tensor that it writes. */
export const runSimd = <T extends Tensor, Kernel extends string, Name extends string>(
  module: SimdModule<Kernel>,
  { inputs, shape, scratchBytes, call }: SimdCall<Kernel, Name>,
): T => runKernelOf(inputs, () => written(module, { inputs, shape }, scratchBytes, (at) => call(module.functions, at)))

/** The same on all threads of the module. */
export const runParts = <T extends Tensor, Kernel extends string, Name extends string>(
  module: SimdModule<Kernel>,
  { inputs, shape, scratchBytes, threadBytes, call }: PartedSimdCall<Kernel, Name>,
): T => {
  const [ofAll, ofEach] = [scratchBytes, threadBytes].map((bytes) => 16 * Math.ceil(bytes / 16)) as [number, number]
  const by = (threads: SimdThreads | undefined): TensorInfo =>
    written(module, { inputs, shape }, ofAll + ofEach * (threads?.count ?? 1), (at) => {
      call(partsRunner(module.functions, threads, at.scratch + ofAll, ofEach), at)
    })
  return runKernelOf(inputs, () => {
    try {
      return by(module.threads())
    } catch (error) {
      if (!(error instanceof ThreadsLost)) throw error
      return by(undefined)
    }
  })
}

const partsRunner = <Kernel extends string>(
  functions: SimdFunctions<Kernel>,
  threads: SimdThreads | undefined,
  scratch: number,
  scratchBytes: number,
): RunParts<Kernel> => {
  const names = Object.keys(functions)
  return (kernel, units, ...numbers) => {
    const { count } = units
    const size = threads === undefined ? count : partSize(units, threads.count)
    if (threads === undefined || size >= count || threads.ready() === 1) functions[kernel](scratch, 0, count, ...numbers)
    else threads.run({ kernel: names.indexOf(kernel), whole: count, size, scratch, scratchBytes, numbers })
  }
}

const runKernelOf = <T extends Tensor>(inputs: Readonly<Record<string, Tensor>>, work: () => TensorInfo): T => {
  register()
  return runKernel(KERNEL, inputs, { work }) as T
}

/** A new tensor of the backend, written by this work. */
const written = <Kernel extends string, Name extends string>(
  module: SimdModule<Kernel>,
  { inputs, shape }: Tensors<Name>,
  scratchBytes: number,
  work: (at: Addresses<Name>) => void,
): TensorInfo => {
  const names = Object.keys(inputs) as Name[]
  const addresses = Object.fromEntries(names.map((name) => [name, addressOf(module, inputs[name])])) as Record<Name, number>
  return withScratch(module.backend, scratchBytes, (scratch) => {
    const output = module.backend.makeOutput(shape, 'float32')
    const address = allocated(addressIn(module, output), 4 * tf.util.sizeFromShape([...shape]))
    work({ inputs: addresses, output: address, scratch })
    return output
  })
}

/** One kernel that runs whatever work it is given: copies and versions of the package may share it. */
const KERNEL = 'PerceptualLossSimd'

const register = (): void => {
  // Listing all kernels would take 50 microseconds.
  if ((tf.getKernel(KERNEL, 'wasm') as tf.KernelConfig | undefined) !== undefined) return
  tf.registerKernel({
    kernelName: KERNEL,
    backendName: 'wasm',
    kernelFunc: ({ attrs }) => (attrs as unknown as { readonly work: () => TensorInfo }).work(),
  })
}
