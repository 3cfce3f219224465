/**
 * Starts the backend that a worker was asked for.
 */
import * as tf from '@tensorflow/tfjs'

/** Built up, so that the checkout needs no types of it. */
const NATIVE = ['@tensorflow', 'tfjs-node-gpu'].join('/')

/** Starts a backend; gives what started. */
export const startBackend = async (name: string, threads: number): Promise<string> => {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  if (name === 'tensorflow') await import(NATIVE)
  if (name === 'wasm') await startWasm(threads)
  if (!(await tf.setBackend(name))) throw new Error(`The backend ${name} did not start.`)
  return name
}

const startWasm = async (threads: number): Promise<void> => {
  await import('@tensorflow/tfjs-backend-wasm')
  if (threads > 1) throw new Error('Threads of the WASM backend are not there.')
}
