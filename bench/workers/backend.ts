/**
 * Starts a worker's backend.
 */
import * as tf from '@tensorflow/tfjs'
import { useFastestBackend, type BackendName } from '../../src/node/index.js'

const AMONG: Readonly<Record<string, readonly BackendName[]>> = { tensorflow: ['tfjs-node-gpu', 'tfjs-node'], wasm: ['wasm'], cpu: ['cpu'] }

/** Starts a backend with this number of threads (native always has one per processor), by this package or an older one; returns its name and the reason. */
export const startBackend = async (
  name: string,
  threads: number,
  reducedPrecision = false,
  start: typeof useFastestBackend = useFastestBackend,
): Promise<string> => {
  const started = await start({ among: AMONG[name] ?? [], threads, reducedPrecision })
  if (name === 'wasm' && started.threads !== threads) throw new Error(`${String(threads)} threads were expected, ${String(started.threads)} started.`)
  return `${tf.getBackend()} (${started.reason})`
}

/** Starts TensorFlow.js' own backend, without the kernels that `useFastestBackend` adds to WASM; returns its name. */
export const startStockBackend = async (name: string, threads: number): Promise<string> => {
  if (name !== 'wasm') return startBackend(name, threads)
  await import('@tensorflow/tfjs-backend-wasm')
  await tf.setBackend('wasm')
  return 'wasm (as the package @tensorflow/tfjs-backend-wasm starts it)'
}
