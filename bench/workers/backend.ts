/**
 * Starts the backend that a worker was asked for.
 */
import * as tf from '@tensorflow/tfjs'
import { useFastestBackend, type BackendName } from '../../src/node/index.js'

const AMONG: Readonly<Record<string, readonly BackendName[]>> = { tensorflow: ['tfjs-node-gpu', 'tfjs-node'], wasm: ['wasm'], cpu: ['cpu'] }

/** Starts a backend with so many threads (native: one a processor, whatever is said); gives what started. */
export const startBackend = async (name: string, threads: number): Promise<string> => {
  const started = await useFastestBackend({ among: AMONG[name] ?? [], threads })
  if (name === 'wasm' && started.threads !== threads) throw new Error(`${String(threads)} threads were asked for, ${String(started.threads)} started.`)
  return `${tf.getBackend()} (${started.reason})`
}
