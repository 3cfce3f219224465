/**
 * Before every test file: the backend under test, and properties that run seeded.
 *
 * A failing property prints its seed; FC_SEED=... runs it again with that one.
 */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_123) })

const backend = process.env['BACKEND'] ?? 'wasm'
// `npm run native` puts it there.
const native = '@tensorflow/tfjs-node-gpu'
if (backend === 'tensorflow') await import(native)
if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} did not start.`)
