/**
 * Starts the backend that a worker was asked for.
 */
import * as tf from '@tensorflow/tfjs'
import { useFastestBackend, type BackendName } from '../../src/node/index.js'

const AMONG: Readonly<Record<string, readonly BackendName[]>> = { tensorflow: ['tfjs-node-gpu', 'tfjs-node'], wasm: ['wasm'], cpu: ['cpu'] }

/** Starts a backend with so many threads (native: one a processor, whatever is said), by this package, in reduced precision or not, or by an older one; gives what started. */
export const startBackend = async (
  name: string,
  threads: number,
  reducedPrecision = false,
  start: typeof useFastestBackend = useFastestBackend,
): Promise<string> => {
  const started = await start({ among: AMONG[name] ?? [], threads, reducedPrecision })
  if (name === 'wasm' && started.threads !== threads) throw new Error(`${String(threads)} threads were asked for, ${String(started.threads)} started.`)
  return `${tf.getBackend()} (${started.reason})`
}

/** Starts TensorFlow.js' own backend, without the kernels that `useFastestBackend` adds to WASM; gives what started. */
export const startStockBackend = async (name: string, threads: number): Promise<string> => {
  if (name !== 'wasm') return startBackend(name, threads)
  await import('@tensorflow/tfjs-backend-wasm')
  await tf.setBackend('wasm')
  return 'wasm (as the package @tensorflow/tfjs-backend-wasm starts it)'
}
