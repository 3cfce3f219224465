/**
 * The choice of the backend in Node.
 */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import nodeUtil from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { aSwitch } from '../core/arguments/guards.js'
import { setStepRunner } from '../core/compile/stepRunner.js'
import { LossException, registerWasmKernels } from '../index.js'
import { setReducedPrecision } from '../core/tensors/reducedPrecision.js'
import type { GraphBackend } from './graphs/nativeBackend.js'
import { graphStepRunner } from './graphs/graphStepRunner.js'
import { loadConvolutions } from './loadConvolutions.js'
import { requireQuietly } from './quietly.js'
import { firstLine } from './reason.js'
import { MOST_THREADS, registerThreadedWasm, type WasmPackage } from './threadedWasm.js'
import { checkOptions, type AcceptedOptions } from '../core/arguments/checkOptions.js'

/** The backends, fastest first. */
export const BACKENDS = ['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/** Options of `useFastestBackend`. */
export interface FastestBackendOptions {
  /** The backends to choose from; the order does not change. */
  readonly among?: readonly BackendName[]
  /** The number of WASM threads, 1 to 8; by default the number of processors. */
  readonly threads?: number
  /**
   * Whether this package's convolutions on the native backend may round values as much as gradients, by Winograd's F(4, 3) and F(4, 5) in half to two thirds of the time of
   * F(2, 3) and F(2, 5); default false.
   *
   * Numbers stay float32. For 42 to 63 pairs of distorted photographs, values moved by at most 5e-7 (LPIPS: 2e-7 and, relative, 4e-6; DISTS: 2e-7 and 3e-6; mse at block3_conv3: 5e-7, at
   * block5_conv3: 3e-6, relative). The value from what changed alone agrees with that of whole pictures to 1e-5 instead of 1e-6. Gradients are the same. It applies to
   * networks that are first used after the call. Nothing changes where the native backend lacks this package's convolutions (no AVX2, or not compiled), on a GPU, and on other
   * backends: WASM always takes F(4, 3).
   */
  readonly reducedPrecision?: boolean
  /**
   * Whether the native backend on a CPU runs repeated calls of a compiled loss as one TensorFlow graph (default true), or always op by op. The numbers are
   * the same; steps are faster, small ones most. The first call with pictures of a shape runs op by op, the second is recorded, the third takes
   * some 100 ms longer.
   */
  readonly graphs?: boolean
}

/** A tried backend: chosen or skipped. */
export interface TriedBackend {
  readonly name: BackendName
  readonly chosen: boolean
  /** Why. */
  readonly reason: string
}

/** The chosen backend, and why. */
export interface ChosenBackend {
  /** Its TensorFlow.js name, as returned by `tf.getBackend()`. */
  readonly backend: 'tensorflow' | 'wasm' | 'cpu'
  readonly threads: number
  /** The reason for the choice. */
  readonly reason: string
  readonly tried: readonly TriedBackend[]
}

type Started = Omit<ChosenBackend, 'tried'>

const require = createRequire(import.meta.url)

/**
 * Starts the fastest available backend: tfjs-node-gpu, tfjs-node, WASM with threads, or cpu, in this order; returns which, and why.
 *
 * `npx perceptual-loss native` installs the first one. Threads apply to WASM if it has not started yet; it also gets the missing kernels for training
 * (`registerWasmKernels`). On Node 22 and later it replaces `util.isArray` and
 * `util.isNullOrUndefined`, which tfjs-node calls and which Node deprecates or lacks.
 *
 * @throws LossException `BadArgument` for wrong options, or if no backend starts.
 * @example const { backend, reason } = await useFastestBackend()
 */
export const useFastestBackend = (options: FastestBackendOptions = {}): Promise<ChosenBackend> => {
  const chosen = lastChoice.then(() => choose(options))
  lastChoice = chosen.catch(() => undefined)
  return chosen
}

/** Calls take turns: a second one would replace a backend that is still starting. */
let lastChoice: Promise<unknown> = Promise.resolve()

const choose = async (options: FastestBackendOptions): Promise<ChosenBackend> => {
  checkOptions('useFastestBackend', options, OPTIONS)
  const { among = BACKENDS, threads = defaultThreads(), reducedPrecision = false, graphs = true } = options
  const tried: TriedBackend[] = []
  for (const name of BACKENDS.filter((known) => among.includes(known))) {
    const started = await START[name](threads, reducedPrecision)
    const reason = typeof started === 'string' ? started : `${started.reason}${reducedPrecision && started.backend !== 'tensorflow' ? UNCHANGED : ''}`
    tried.push({ name, chosen: typeof started !== 'string', reason })
    if (typeof started === 'string') continue
    if (started.backend === 'tensorflow') useGraphs(graphs)
    return { ...started, reason, tried }
  }
  throw new LossException({
    _tag: 'BadArgument',
    name: 'among',
    received: `${among.join(', ')} (${tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')})`,
    expected: 'a backend that starts; add cpu, which always does',
  })
}

/** The reason's ending on other backends. */
const UNCHANGED = '; reducedPrecision changes nothing on this backend'

const defaultThreads = (): number => Math.min(MOST_THREADS, availableParallelism())

const OPTIONS: AcceptedOptions = {
  among: {
    name: `a list of some of ${BACKENDS.join(', ')}`,
    is: (value) => Array.isArray(value) && value.length > 0 && value.every((name: BackendName) => BACKENDS.includes(name)),
  },
  threads: {
    name: `a whole number from 1 to ${String(MOST_THREADS)}`,
    is: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_THREADS,
  },
  reducedPrecision: aSwitch,
  graphs: aSwitch,
}

/** Starts a backend, or returns why it did not start. */
const START: Readonly<Record<BackendName, (threads: number, reducedPrecision: boolean) => Promise<Started | string>>> = {
  'tfjs-node-gpu': (_threads, reducedPrecision) =>
    startNative('@tensorflow/tfjs-node-gpu', reducedPrecision, { installs: 'npx perceptual-loss native installs it', fixes: 'npx perceptual-loss native' }),
  'tfjs-node': (_threads, reducedPrecision) =>
    startNative('@tensorflow/tfjs-node', reducedPrecision, { installs: '', fixes: 'npm rebuild @tensorflow/tfjs-node' }),
  wasm: (threads) => startWasm(threads),
  cpu: async () => ((await tf.setBackend('cpu')) ? { backend: 'cpu', threads: 1, reason: 'plain JavaScript, always available' } : 'it did not start'),
}

const startNative = async (name: string, reducedPrecision: boolean, remedy: Remedy): Promise<Started | string> => {
  const other = otherCopy(name)
  if (other !== undefined) return other
  patchUtil()
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  // This allocator keeps memory, as oneDNN's always does (on processors with VNNI). glibc returns every block above 32 MB to the system, which clears it for the next op: 45 % of DISTS at 1280 x 720.
  process.env['TF_CPU_ALLOCATOR_USE_BFC'] ??= 'true'
  try {
    requireQuietly(name)
  } catch (error) {
    return whyNot(name, error, remedy)
  }
  if (!(await tf.setBackend('tensorflow'))) return 'loaded, but did not start'
  const gpu = (tf.backend() as tf.KernelBackend & { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
  const processors = availableParallelism()
  const convolutions = loadConvolutions(name, reducedPrecision)
  setReducedPrecision(reducedPrecision)
  const where = gpu ? 'the GPU' : `${String(processors)} processor${processors === 1 ? '' : 's'}`
  return {
    backend: 'tensorflow',
    threads: processors,
    reason: `${name}: TensorFlow's C library on ${where}${gpu ? (reducedPrecision ? UNCHANGED : '') : `; ${convolutions}`}`,
  }
}

/** On a GPU, a graph's inputs would be copied to the processor first. */
const useGraphs = (graphs: boolean): void => {
  const backend = tf.backend() as unknown as GraphBackend
  setStepRunner(backend, graphs && !backend.isUsingGpuDevice ? graphStepRunner(backend) : undefined)
}

/** Another copy of TensorFlow.js under the package would have another registry of backends. */
const otherCopy = (name: string): string | undefined => {
  try {
    const manifest = require.resolve(`${name}/package.json`)
    const theirs = createRequire(manifest).resolve('@tensorflow/tfjs')
    return theirs === require.resolve('@tensorflow/tfjs')
      ? undefined
      : `it has its own TensorFlow.js (${theirs}); install ${name} in the same version as @tensorflow/tfjs`
  } catch {
    return undefined
  }
}

/** tfjs-node 4.22 calls two functions of `util` that Node 22 warns of on stderr and Node 23 removes one of. */
const patchUtil = (): void => {
  Object.assign(nodeUtil, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray })
}

/** How to install or fix it. */
interface Remedy {
  readonly installs: string
  readonly fixes: string
}

const whyNot = (name: string, error: unknown, { installs, fixes }: Remedy): string => {
  const message = firstLine(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.includes('MODULE_NOT_FOUND') && message.includes(name)) return installs === '' ? 'not installed' : `not installed (${installs})`
  if (message.includes('native addon module')) return `its binding is missing (${fixes} builds it)`
  return `it does not load: ${message} (${fixes} may help)`
}

const startWasm = async (threads: number): Promise<Started | string> => {
  let wasm: WasmPackage
  try {
    wasm = (await import('@tensorflow/tfjs-backend-wasm')) as unknown as WasmPackage
  } catch (error) {
    return whyNot('@tensorflow/tfjs-backend-wasm', error, {
      installs: 'npm install @tensorflow/tfjs-backend-wasm',
      fixes: 'npm install @tensorflow/tfjs-backend-wasm',
    })
  }
  registerWasmKernels()
  const running = (tf.findBackend('wasm') as tf.KernelBackend | null) !== null
  const failed = running || threads === 1 ? undefined : await addThreads(wasm, threads)
  if (!(await tf.setBackend('wasm'))) return 'it did not start'
  const count = wasm.getThreadsCount()
  const why = running ? ', as it was running' : failed === undefined ? '' : `: more did not start (${failed})`
  return { backend: 'wasm', threads: count, reason: `WebAssembly with ${count === 1 ? 'one thread' : `${String(count)} threads`}${why}` }
}

/** Gives the backend threads; returns why they do not start. */
const addThreads = (wasm: WasmPackage, threads: number): Promise<string | undefined> => registerThreadedWasm(wasm, threads).then(() => undefined, firstLine)
