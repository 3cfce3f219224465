/**
 * The backend that computes, and what can happen to it: lost in the middle, or out of memory.
 *
 * TensorFlow.js does not say so itself. A lost WebGL context goes on and computes zeros; WASM's allocator gives address 0 when it has no memory, and the backend
 * writes there.
 */
import * as tf from '@tensorflow/tfjs'
import { LossException, type LossError } from '../errors/error.js'
import { explainMissingKernels } from './missingKernels.js'
import { freeTape, tapeLength, backendFactory } from './engine.js'

/** What of WebGL's and WASM's backends is looked at. */
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

/** Backends whose program ended in the middle of a call. */
const ended = new WeakMap<object, string>()

/** Why the backend in use cannot compute any more, or undefined. */
export const lostBackend = (): LossError | undefined => {
  const backend = tf.backend() as Inside
  const reason = backend.gpgpu?.gl?.isContextLost?.() === true ? "WebGL's context is lost" : ended.get(backend)
  return reason === undefined ? undefined : { _tag: 'BackendLost', backend: tf.getBackend(), reason }
}

/** Throws where the backend is lost. */
export const checkBackend = (): void => {
  const lost = lostBackend()
  if (lost !== undefined) throw new LossException(lost)
}

/** Runs work on the backend; throws where it is lost before, or on the way. */
export const onBackend = <A>(work: () => A): A => {
  checkBackend()
  guardMemory()
  explainMissingKernels()
  const taped = tapeLength()
  try {
    return work()
  } catch (error) {
    freeTape(taped)
    // WebAssembly's: its program is somewhere in the middle, and stays there.
    if (error instanceof Error && error.name === 'RuntimeError') ended.set(tf.backend(), `its program ended: ${error.message}`)
    checkBackend()
    throw error
  }
}

const guarded = new WeakSet<Allocator>()

/** From now on WASM says that it has no memory before anything is written, in gradients, too. */
const guardMemory = (): void => {
  const { wasm } = tf.backend() as Inside
  if (wasm === undefined || guarded.has(wasm)) return
  guarded.add(wasm)
  // The first call puts the program's own function in the place of Emscripten's.
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
 * Starts the backend in use anew, after it was lost (`BackendLost`): a WebGL context, or a WebAssembly program.
 *
 * Tensors that were on it are gone. Compiled losses over the built-in networks work as they are: weights are put there anew when they are needed.
 *
 * @throws LossException `BackendLost` where it does not start.
 * @example await restartBackend()
 */
export const restartBackend = async (): Promise<void> => {
  const name = tf.getBackend()
  const { factory, priority } = backendFactory(name) ?? {}
  tf.removeBackend(name)
  if (factory !== undefined) tf.registerBackend(name, factory, priority)
  if (!(await tf.setBackend(name).catch(() => false))) throw new LossException({ _tag: 'BackendLost', backend: name, reason: 'it did not start again' })
}
