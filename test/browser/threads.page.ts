/** What the page of threads.test.ts computes: a convolution of the WASM module on one thread and on all of its. */
import * as tf from '@tensorflow/tfjs'
import { getThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { networkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { simdConvolver } from '../../src/layers/kernels/simd/simdConvolver.js'

/** What was seen. */
export interface Seen {
  readonly isolated: boolean
  /** How many threads TensorFlow.js' backend has, and how many of the module's took part: for up to 5 s until all did. */
  readonly threads: number
  readonly tookPart: number
  /** Whether each convolution gave the numbers of one thread. */
  readonly equal: boolean
  /** What the page's policy refused. */
  readonly refused: readonly string[]
}

const seen = async (refusesWorkers: boolean): Promise<Seen> => {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  await tf.setBackend('wasm')
  const refused: string[] = []
  if (refusesWorkers) refuseWorkers(refused)
  const module = networkKernels()
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  const [x, filter] = [tf.randomUniform<tf.Rank.R4>([1, 67, 61, 64]), tf.randomUniform<tf.Rank.R4>([3, 3, 64, 64], -1, 1, 'float32', 1)]
  const on = (threads: typeof module.threads): Float32Array => {
    const { run, dispose } = simdConvolver({ ...module, threads }, filter, undefined, { stride: 1, padding: 'same' }, false) ?? missing()
    const numbers = run(x, true).dataSync<'float32'>()
    dispose()
    return numbers
  }
  const one = on(() => undefined)
  let [tookPart, equal] = [1, true]
  for (let i = 0; i < 100 && (i < 20 || tookPart < getThreadsCount()); i++) {
    tookPart = Math.max(tookPart, module.threads()?.ready() ?? 1)
    equal &&= on(module.threads).every((value, j) => value === one[j])
    await new Promise((done) => setTimeout(done, 50))
  }
  return { isolated: crossOriginIsolated, threads: getThreadsCount(), tookPart, equal, refused }
}

const missing = (): never => {
  throw new Error('The module must convolve 64 channels.')
}

/** From now on, for TensorFlow.js' own workers run already. */
const refuseWorkers = (refused: string[]): void => {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective))
  const policy = document.createElement('meta')
  policy.httpEquiv = 'Content-Security-Policy'
  policy.content = "worker-src 'none'"
  document.head.append(policy)
}

Object.assign(window, { seen })

export type { seen }
