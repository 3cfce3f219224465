/**
 * The WASM backend with several threads in Node.
 *
 * TensorFlow.js switches threads off in Node, because it starts workers from a browser's URL (https://github.com/tensorflow/tfjs/issues/3830). The
 * threaded module itself runs: its workers start from a file here, and it receives twice the number of threads, because it takes half of them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs'
import { setWorkerStarter } from '../core/tensors/simd/startWorker.js'
import { reasonOf } from './reason.js'
import { startNodeWorker } from './startNodeWorker.js'

/** The most threads of the module: the size of its pool of workers. */
export const MOST_THREADS = 8

type Returns = 'number' | null

/** The module's functions, by the backend's names for them. */
const FUNCTIONS: Readonly<Record<string, readonly [name: string, returns: Returns, takes: readonly 'number'[]]>> = {
  init: ['init', null, []],
  initWithThreadsCount: ['init_with_threads_count', null, ['number']],
  getThreadsCount: ['get_threads_count', 'number', []],
  registerTensor: ['register_tensor', null, ['number', 'number', 'number']],
  disposeData: ['dispose_data', null, ['number']],
  dispose: ['dispose', null, []],
}

interface WasmModule {
  readonly PThread: { readonly runningWorkers: readonly Worker[]; readonly unusedWorkers: readonly Worker[] }
  readonly cwrap: (name: string, returns: Returns, takes: readonly 'number'[]) => unknown
}

interface Settings {
  readonly locateFile: (file: string) => string
  readonly mainScriptUrlOrBlob: string
  readonly instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) => object
}

/** The used part of the package @tensorflow/tfjs-backend-wasm. */
export interface WasmPackage {
  readonly BackendWasm: new (module: object) => tf.KernelBackend
  readonly setThreadsCount: (count: number) => void
  readonly getThreadsCount: () => number
}

const require = createRequire(import.meta.url)

/**
 * Replaces the backend, if it has not started yet, by one with this many threads; `tf.setBackend('wasm')` starts it. Throws what keeps its threads from starting, and leaves the backend as
 * it is.
 */
export const registerThreadedWasm = async ({ BackendWasm, setThreadsCount }: WasmPackage, threads: number): Promise<void> => {
  let first: WasmModule | undefined = await threadedModule(threads)
  setThreadsCount(threads)
  tf.removeBackend('wasm')
  const start = async (): Promise<tf.KernelBackend> => {
    const module = first ?? (await threadedModule(threads))
    first = undefined
    const backend = new BackendWasm(module)
    setWorkerStarter(backend, startNodeWorker)
    // The backend's workers run now; they must not keep the process alive.
    const { runningWorkers, unusedWorkers } = module.PThread
    ;[...runningWorkers, ...unusedWorkers].forEach((worker) => worker.unref())
    return backend
  }
  tf.registerBackend('wasm', start, 2)
}

const threadedModule = async (threads: number): Promise<WasmModule> => {
  const script = require.resolve('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js')
  const start = require(script) as (settings: Settings) => Promise<WasmModule>
  const folder = temporaryFolder()
  try {
    const module = await asStarted(() => start(settings(script, workerFile(folder), threads)))
    const named = Object.entries(FUNCTIONS).map(([name, signature]) => [name, module.cwrap(...signature)])
    return Object.assign(module, { tfjs: Object.fromEntries(named) as object })
  } finally {
    // All workers of the pool are running by now.
    rmSync(folder, { recursive: true, force: true })
  }
}

const temporaryFolder = (): string => {
  try {
    return mkdtempSync(join(tmpdir(), 'perceptual-loss-wasm-'))
  } catch (error) {
    throw new Error(`${tmpdir()} cannot be written to: ${reasonOf(error)}; set TMPDIR, on Windows TEMP, to a folder that can`, { cause: error })
  }
}

const settings = (script: string, worker: string, threads: number): Settings => ({
  locateFile: (file) => (file.endsWith('.worker.js') ? worker : join(dirname(script), file)),
  mainScriptUrlOrBlob: script,
  instantiateWasm: (imports, receive) => {
    const env = { ...imports['env'], emscripten_num_logical_cores: () => 2 * threads }
    const wasm = readFileSync(script.replace(/js$/, 'wasm'))
    void WebAssembly.instantiate(wasm, { ...imports, env }).then(({ instance, module }) => {
      receive(instance, module)
    })
    return {}
  },
})

/** The worker's program as a file. In the package it is a string with its line breaks taken literally, which are escapes in its own strings. */
const workerFile = (folder: string): string => {
  const { wasmWorkerContents } = require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js') as {
    readonly wasmWorkerContents: string
  }
  const file = join(folder, 'worker.cjs')
  writeFileSync(file, wasmWorkerContents.replaceAll('\n', '\\n'))
  return file
}

/**
 * Starts the module and undoes what it does to the process: it adds listeners to uncaught exceptions and rejections that throw them again, and its workers
 * would start with this process' options for Node (with `--input-type` no worker starts, and `--import` loads modules that none needs).
 */
const asStarted = async <A>(work: () => Promise<A>): Promise<A> => {
  const [exceptions, rejections] = [process.listeners('uncaughtException'), process.listeners('unhandledRejection')]
  const options = process.execArgv
  try {
    // Workers without their own options inherit these.
    process.execArgv = []
    return await work()
  } finally {
    process.execArgv = options
    process.listeners('uncaughtException').forEach((listener) => exceptions.includes(listener) || process.removeListener('uncaughtException', listener))
    process.listeners('unhandledRejection').forEach((listener) => rejections.includes(listener) || process.removeListener('unhandledRejection', listener))
  }
}
