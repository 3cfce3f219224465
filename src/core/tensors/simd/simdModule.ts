/**
 * WebAssembly modules with kernels of our own (c/*.c), running in the memory of TensorFlow.js' WASM backend: tensors are read and written in place.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { MOST_THREADS, simdThreads, type SimdThreads } from './simdThreads.js'
import { workerStarter } from './startWorker.js'
import type { PartedKernel } from './threadProgram.js'

/** A module as `npm run simd` writes it. */
export interface SimdBytes {
  /** In base64. */
  readonly plain: string
  /** With fused multiply-adds, for engines with relaxed SIMD; left out if the module has none. */
  readonly relaxed?: string
  /** The byte with the flags of the imported memory: 1, or 3 for one shared between threads. */
  readonly memoryFlagsAt: number
}

/** Kernels by name; all arguments are addresses, counts and other numbers. */
export type SimdFunctions<Name extends string> = Readonly<Record<Name, (...numbers: readonly number[]) => unknown>>

/** What the kernels need of the WASM backend. */
export interface WasmBackend {
  readonly dataIdMap: { readonly get: (dataId: object) => { readonly memoryOffset: number } }
  readonly makeOutput: (shape: readonly number[], dtype: 'float32' | 'int32' | 'bool') => TensorInfo
  readonly wasm: {
    readonly _malloc: (bytes: number) => number
    readonly _free: (address: number) => void
    readonly tfjs: { readonly getThreadsCount: () => number }
    /** The module's exports, its memory among them. */
    readonly asm?: { readonly memory?: unknown }
    /** Of a module with threads, which imports its memory. */
    readonly wasmMemory?: unknown
  }
}

/** A module in a backend's memory. */
export interface SimdModule<Name extends string> {
  readonly backend: WasmBackend
  readonly memory: WebAssembly.Memory
  readonly functions: SimdFunctions<Name>
  /** As many threads as the backend has, the same at every call; undefined if it has one. */
  readonly threads: () => SimdThreads | undefined
}

/** A module in the memory of each backend that has run it. */
export interface SimdModules<Name extends string> {
  /**
   * The module for the backend in use; undefined if the backend is not WASM, or the engine has no SIMD or does not compile modules synchronously (old browsers).
   */
  readonly inUse: () => SimdModule<Name> | undefined
  /** For benchmarks: makes the backend in use run its own kernels instead of the module's. Networks that have run before keep the module's. */
  readonly leaveOut: () => void
}

/** The modules with these bytes, made when first used. */
export const simdModules = <Name extends string>(bytes: SimdBytes): SimdModules<Name> => {
  const made = new WeakMap<object, SimdModule<Name> | 'none'>()
  return {
    inUse: () => {
      if (tf.getBackend() !== 'wasm') return undefined
      const backend: unknown = tf.backend()
      const known = made.get(backend as object)
      if (known !== undefined) return known === 'none' ? undefined : known
      const module = instantiate<Name>(bytes, backend as WasmBackend)
      made.set(backend as object, module ?? 'none')
      return module
    },
    leaveOut: () => void made.set(tf.backend(), 'none'),
  }
}

/** A module in the memory of a backend; undefined if the engine does not run it. */
export const instantiate = <Name extends string>(bytes: SimdBytes, backend: WasmBackend): SimdModule<Name> | undefined => {
  const memory = backend.wasm.wasmMemory ?? backend.wasm.asm?.memory
  if (!(memory instanceof WebAssembly.Memory)) return undefined
  try {
    const module = compiled(bytes, isShared(memory))
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    return { backend, memory, functions: exports as unknown as SimdFunctions<Name>, threads: threadsOf(backend, memory, module, exports) }
  } catch {
    return undefined
  }
}

/** The threads of a module. */
const threadsOf = (
  backend: WasmBackend,
  memory: WebAssembly.Memory,
  module: WebAssembly.Module,
  exports: WebAssembly.Exports,
): SimdModule<never>['threads'] => {
  const count = isShared(memory) ? Math.min(MOST_THREADS, backend.wasm.tfjs.getThreadsCount()) : 1
  if (count === 1) return () => undefined
  const threads = simdThreads(workerStarter(backend), { module, memory, count, kernels: Object.values(exports) as PartedKernel[], owner: backend })
  return () => threads
}

const isShared = ({ buffer }: WebAssembly.Memory): boolean => !(buffer instanceof ArrayBuffer)

/** With fused multiply-adds if the engine has relaxed SIMD. */
const compiled = ({ plain, relaxed, memoryFlagsAt }: SimdBytes, shared: boolean): WebAssembly.Module => {
  const fused = relaxed === undefined ? undefined : decoded(relaxed, memoryFlagsAt, shared)
  return new WebAssembly.Module(fused !== undefined && WebAssembly.validate(fused) ? fused : decoded(plain, memoryFlagsAt, shared))
}

/** The flags of an imported memory with a maximum that is shared between threads. */
const SHARED_WITH_MAXIMUM = 3

const decoded = (base64: string, memoryFlagsAt: number, shared: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  if (shared) bytes[memoryFlagsAt] = SHARED_WITH_MAXIMUM
  return bytes
}

/** The address of a tensor's values. */
export const addressIn = ({ backend }: Pick<SimdModule<never>, 'backend'>, { dataId }: TensorInfo): number => backend.dataIdMap.get(dataId).memoryOffset

/** The address of a tensor's numbers, which must be float32. */
export const addressOf = ({ backend }: Pick<SimdModule<never>, 'backend'>, tensor: Tensor): number => {
  if (tensor.dtype !== 'float32') throw new Error(`The WASM kernels take float32 tensors, but received ${tensor.dtype}.`)
  return addressIn({ backend }, tensor)
}
