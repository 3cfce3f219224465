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
// `npm run native` installs the native backend. It starts as it does for users, under every Node: with what newer Nodes took out of `util`, and with graphs.
if (backend === 'tensorflow') await (await import('../../src/node/useFastestBackend.js')).useFastestBackend({ among: ['tfjs-node-gpu'] })
else if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} did not start.`)
