/**
 * The backend in use, and its failures: lost during a call, or out of memory.
 *
 * TensorFlow.js does not report them. A lost WebGL context keeps computing zeros; WASM's allocator returns address 0 when out of memory, and the backend
 * writes there.
 */
import * as tf from '@tensorflow/tfjs'
import { type LossError } from '../errors/lossError.js'
import { explainMissingKernels } from './missingKernels.js'
import { freeTape, tapeLength, backendFactory } from './engine.js'
import { LossException } from '../errors/lossException.js'
import { useFasterKernels } from './wasm/fasterKernels.js'

/** The internals of the WebGL and WASM backends used here. */
interface Inside {
  readonly gpgpu?: { readonly gl?: { readonly isContextLost?: () => boolean } }
  readonly wasm?: Allocator
}

/** WASM's memory. */
interface Allocator {
  _malloc: (bytes: number) => number
  readonly _free: (address: number) => void
  readonly HEAPU8: { readonly length: number }
}

/** Backends whose program ended during a call. */
const ended = new WeakMap<object, string>()

/** Why the backend in use cannot compute any more, or undefined. */
const lostBackend = (): LossError | undefined => {
  const backend = tf.backend() as Inside
  const reason = backend.gpgpu?.gl?.isContextLost?.() === true ? "WebGL's context is lost" : ended.get(backend)
  return reason === undefined ? undefined : { _tag: 'BackendLost', backend: tf.getBackend(), reason }
}

/** Throws if the backend is lost. */
export const checkBackend = (): void => {
  const lost = lostBackend()
  if (lost !== undefined) throw new LossException(lost)
}

/** Runs work on the backend; throws if the backend is or gets lost. */
export const onBackend = <A>(work: () => A): A => {
  checkBackend()
  guardMemory()
  explainMissingKernels()
  useFasterKernels()
  const taped = tapeLength()
  try {
    return work()
  } catch (error) {
    freeTape(taped)
    // An error of WebAssembly leaves its program in the middle of a call for good.
    if (error instanceof Error && error.name === 'RuntimeError') ended.set(tf.backend(), `its program ended: ${error.message}`)
    checkBackend()
    throw error
  }
}

const guarded = new WeakSet<Allocator>()

/** Makes WASM report that it is out of memory before anything is written, also in gradients. */
const guardMemory = (): void => {
  const { wasm } = tf.backend() as Inside
  if (wasm === undefined || guarded.has(wasm)) return
  guarded.add(wasm)
  // The first call replaces Emscripten's function by the program's own.
  wasm._free(wasm._malloc(1))
  const allocate = wasm._malloc
  wasm._malloc = (bytes) => {
    // The program takes sizes modulo 2^32.
    const address = bytes < 2 ** 32 ? allocate(bytes) : 0
    if (address === 0 && bytes > 0) throw new LossException({ _tag: 'OutOfMemory', backend: 'wasm', asked: bytes, held: wasm.HEAPU8.length })
    return address
  }
}

/**
 * Restarts the backend in use after it was lost (`BackendLost`): a WebGL context, or a WebAssembly program.
 *
 * Its tensors are gone. Compiled losses over the built-in networks keep working: weights are uploaded again when needed.
 *
 * @throws LossException `BackendLost` if it does not start.
 * @example await restartBackend()
 */
export const restartBackend = async (): Promise<void> => {
  const name = tf.getBackend()
  const { factory, priority } = backendFactory(name) ?? {}
  tf.removeBackend(name)
  if (factory !== undefined) tf.registerBackend(name, factory, priority)
  if (!(await tf.setBackend(name).catch(() => false))) throw new LossException({ _tag: 'BackendLost', backend: name, reason: 'it did not restart' })
}
