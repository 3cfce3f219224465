/**
 * The WebAssembly module with kernels of our own (c/*.c), running in the memory of TensorFlow.js' WASM backend: tensors are read and written in place.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { MEMORY_FLAGS_AT, SIMD, SIMD_RELAXED } from './simdModuleBytes.js'

/** The kernels; all arguments are addresses and counts. */
export type SimdFunctions = Readonly<
  Record<
    'winograd2' | 'winograd4' | 'winogradFilter' | 'firstLayer' | 'toThreeChannels' | 'reluGradient' | 'maxPoolGradient' | 'l2Pool' | 'l2PoolGradient',
    (...numbers: readonly number[]) => void
  >
>

/** What the kernels need of the WASM backend. */
export interface WasmBackend {
  readonly dataIdMap: { readonly get: (dataId: object) => { readonly memoryOffset: number } }
  readonly makeOutput: (shape: readonly number[], dtype: 'float32') => TensorInfo
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

/** The module in a backend's memory. */
export interface SimdModule {
  readonly backend: WasmBackend
  readonly memory: WebAssembly.Memory
  readonly functions: SimdFunctions
}

/** More threads than this are faster with the backend's own convolutions, for these kernels run on one. */
const MOST_THREADS = 2

const made = new WeakMap<object, SimdModule | 'none'>()

/**
 * The module for the backend in use; undefined where the backend is not WASM, uses more threads, or where the engine has no SIMD or does not compile modules
 * synchronously (old browsers).
 */
export const simdModule = (): SimdModule | undefined => {
  if (tf.getBackend() !== 'wasm') return undefined
  const backend: unknown = tf.backend()
  const known = made.get(backend as object)
  if (known !== undefined) return known === 'none' ? undefined : known
  const module = instantiate(backend as WasmBackend)
  made.set(backend as object, module ?? 'none')
  return module
}

/** For comparing: from now on the backend in use runs its own kernels in place of the module's. Networks made before keep theirs. */
export const withoutSimdModule = (): void => void made.set(tf.backend(), 'none')

/** A module in the memory of a backend. */
export const instantiate = (backend: WasmBackend): SimdModule | undefined => {
  const memory = backend.wasm.wasmMemory ?? backend.wasm.asm?.memory
  if (!(memory instanceof WebAssembly.Memory) || backend.wasm.tfjs.getThreadsCount() > MOST_THREADS) return undefined
  try {
    const { exports } = new WebAssembly.Instance(compiled(isShared(memory)), { env: { memory } })
    return { backend, memory, functions: exports as unknown as SimdFunctions }
  } catch {
    return undefined
  }
}

const isShared = ({ buffer }: WebAssembly.Memory): boolean => !(buffer instanceof ArrayBuffer)

/** With fused multiply-adds if the engine has relaxed SIMD. */
const compiled = (shared: boolean): WebAssembly.Module => {
  const relaxed = bytesOf(SIMD_RELAXED, shared)
  return new WebAssembly.Module(WebAssembly.validate(relaxed) ? relaxed : bytesOf(SIMD, shared))
}

/** The flags of an imported memory with a maximum that is shared between threads. */
const SHARED_WITH_MAXIMUM = 3

const bytesOf = (base64: string, shared: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  if (shared) bytes[MEMORY_FLAGS_AT] = SHARED_WITH_MAXIMUM
  return bytes
}

/** The address of a tensor's numbers, which must be float32 of this shape. */
export const addressOf = ({ backend }: SimdModule, tensor: Tensor): number => {
  if (tensor.dtype !== 'float32') throw new Error(`The WASM kernels take float32 tensors, but received ${tensor.dtype}.`)
  return backend.dataIdMap.get(tensor.dataId).memoryOffset
}
