/**
 * The choice of the backend in the worker: the best that works, or the one that a person asks for.
 *
 * A backend works when it starts and a small convolution comes out right, in float32. A graphics card that is none (a rasteriser in software) is slower than WASM, so
 * it is passed over unless it is asked for.
 */
import * as tf from '@tensorflow/tfjs'
import threadedSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import { registerWasmKernels } from 'perceptual-loss'
import { BACKENDS, type BackendName, type Started, type Tried } from './protocol.js'

/** What a backend says of itself: a reason that speaks for it, or one against it. */
type Trial =
  { readonly works: true; readonly reason: string; readonly threads: number; readonly software?: boolean } | { readonly works: false; readonly reason: string }

const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i

/** Starts the wanted backend, or the best that works; says what was tried. */
export const startBackend = async (wanted: BackendName | 'best'): Promise<Started> => {
  const tried: Tried[] = []
  const order = wanted === 'best' ? BACKENDS : [wanted, ...BACKENDS.filter((name) => name !== wanted)]
  for (const name of order) {
    const trial = await attempt(name, name === wanted)
    const { works, reason } = trial
    tried.push({ name, chosen: works, reason })
    if (works) return { backend: name, reason, threads: trial.threads, tried }
  }
  throw new Error(`No backend works in this browser: ${tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}.`)
}

/** Starts a backend and tries it; `evenSlow`: also one of a graphics card in software. */
const attempt = async (name: BackendName, evenSlow: boolean): Promise<Trial> => {
  try {
    const trial = await PROBE[name]()
    if (trial.works && trial.software === true && !evenSlow) return against(`${trial.reason}: slower than WASM`)
    if (!trial.works) return trial
    await LOAD[name]()
    if (!(await tf.setBackend(name))) return against('it did not start')
    const problem = await wrongNumbers()
    return problem === undefined ? { ...trial, ...(name === 'wasm' ? await wasmThreads() : {}) } : against(problem)
  } catch (error) {
    return against(error instanceof Error ? error.message : String(error))
  }
}

const against = (reason: string): Trial => ({ works: false, reason })
const usable = (reason: string, software = false): Trial => ({ works: true, reason, threads: 1, software })

/** A sum of 9 products, and a number that a 16-bit float has not. */
const wrongNumbers = async (): Promise<string | undefined> => {
  const found = tf.tidy(() => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1])
    return tf.concat1d([tf.reshape(tf.conv2d(image, tf.ones([3, 3, 1, 1]), 1, 'valid'), [1]), tf.add(tf.tensor1d([2048.25]), 1)] as tf.Tensor1D[])
  })
  const [convolved = Number.NaN, fine] = await found.data<'float32'>()
  found.dispose()
  if (Math.abs(convolved - 45) > 1e-3) return `a convolution came out as ${String(convolved)} instead of 45`
  return fine === 2049.25 ? undefined : 'it computes in 16-bit floats'
}

/** What is asked of WebGPU, which TypeScript's library does not know yet. */
interface Gpu {
  readonly requestAdapter: () => Promise<{ readonly info: Readonly<Record<'vendor' | 'architecture' | 'description', string>> } | null>
}

/** What a backend would compute on. */
const PROBE: Readonly<Record<BackendName, () => Promise<Trial>>> = {
  webgpu: async () => {
    const { gpu } = navigator as { readonly gpu?: Gpu }
    if (gpu === undefined) return against('the browser has no WebGPU')
    const adapter = await gpu.requestAdapter()
    if (adapter === null) return against('WebGPU has no adapter here')
    const { vendor, architecture, description } = adapter.info
    const name = description === '' ? `${vendor} ${architecture}`.trim() : description
    return usable(`WebGPU on ${name === '' ? 'an unnamed adapter' : name}`, SOFTWARE.test(`${vendor} ${architecture} ${description}`))
  },
  webgl: () => {
    const context = new OffscreenCanvas(1, 1).getContext('webgl2')
    if (context === null) return Promise.resolve(against('the browser has no WebGL 2 in workers'))
    const info = context.getExtension('WEBGL_debug_renderer_info')
    const renderer = String(context.getParameter(info === null ? context.RENDERER : info.UNMASKED_RENDERER_WEBGL))
    context.getExtension('WEBGL_lose_context')?.loseContext()
    return Promise.resolve(usable(`WebGL on ${renderer}`, SOFTWARE.test(renderer)))
  },
  wasm: () => Promise.resolve(usable('WebAssembly')),
  cpu: () => Promise.resolve(usable('plain JavaScript, which is always there')),
}

/** Loads the code of a backend, which registers itself. */
const LOAD: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  wasm: async () => {
    const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    registerWasmKernels()
    setWasmPaths({ 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': threadedSimd })
    const processors = THREADS_HANG ? 1 : Math.min(MOST_THREADS, navigator.hardwareConcurrency)
    if (THREADS_HANG) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    // The module takes half of the processors that it is told of.
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * processors, configurable: true })
    setThreadsCount(processors)
  },
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
}

/** The module's pool of workers is of this size. */
const MOST_THREADS = 8

/** In Firefox every third start of the module with threads never ends: its workers, started by a worker, wait for each other. */
const THREADS_HANG = navigator.userAgent.includes('Firefox/')

const wasmThreads = async (): Promise<{ readonly reason: string; readonly threads: number }> => {
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm')
  const threads = Math.max(1, getThreadsCount())
  const said = threads === 1 ? 'one thread' : `${String(threads)} threads`
  const why = THREADS_HANG ? ' (in Firefox more would hang)' : globalThis.crossOriginIsolated ? '' : ' (the page is not cross-origin isolated)'
  return { threads, reason: `WebAssembly with ${said}${why}` }
}
