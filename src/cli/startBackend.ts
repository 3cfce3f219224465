/** The backend that a command computes with. */
import type { BackendName, ChosenBackend } from '../node/index.js'
import { among } from './optionValues.js'

/** What --backend takes. */
const CHOICES: Readonly<Record<string, readonly BackendName[] | undefined>> = {
  auto: undefined,
  native: ['tfjs-node-gpu', 'tfjs-node'],
  wasm: ['wasm'],
  cpu: ['cpu'],
}

/** The option, for every command that computes. */
export const backendOption = {
  type: 'string',
  default: 'auto',
  valueHint: 'name',
  description: `${Object.keys(CHOICES).join(', ')}; auto takes the fastest available one`,
} as const

/** Starts the backend of that name, with the given number of threads. */
export const startBackend = async (name: string, threads?: number): Promise<ChosenBackend> => {
  const choices = CHOICES[among('--backend', name, Object.keys(CHOICES))]
  const [{ enableProdMode }, { useFastestBackend }] = await Promise.all([import('@tensorflow/tfjs'), import('../node/index.js')])
  // It keeps plain JavaScript from advertising other backends on the error output.
  enableProdMode()
  if (threads !== undefined) limitNative(threads)
  return useFastestBackend({ ...(choices === undefined ? {} : { among: choices }), ...(threads === undefined ? {} : { threads }) })
}

/** TensorFlow's C library reads these when it is loaded. */
const limitNative = (threads: number): void => {
  for (const name of ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS']) process.env[name] = String(threads)
}
