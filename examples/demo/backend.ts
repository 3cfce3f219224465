/** Starts the TensorFlow.js backend that was asked for. */
import * as tf from '@tensorflow/tfjs'
import { UsageError } from '../arguments.js'
import type { Backend } from './options.js'

const PACKAGES: Readonly<Record<Backend, string>> = {
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
  tensorflow: '@tensorflow/tfjs-node',
}

export const startBackend = async (backend: Backend): Promise<void> => {
  const name = PACKAGES[backend]
  try {
    await import(name)
  } catch {
    throw new UsageError(`--backend ${backend} needs a package that is not there: npm install ${name}`)
  }
  if (!(await tf.setBackend(backend))) throw new UsageError(`The backend ${backend} did not start; --backend wasm runs everywhere.`)
}
