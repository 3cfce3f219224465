/**
 * Before every test file: the backend under test, and properties that run seeded.
 *
 * A failing property prints its seed; FC_SEED=... runs it again with that one.
 */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import fc from 'fast-check'
import { replayOn } from '../../src/core/replay.js'
import type { GraphBackend } from '../../src/node/graphs/backend.js'
import { graphReplayer } from '../../src/node/graphs/replay.js'

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_123) })

const backend = process.env['BACKEND'] ?? 'wasm'
// `npm run native` puts it there; the library is told what useFastestBackend tells it.
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
const native = '@tensorflow/tfjs-node-gpu'
if (backend === 'tensorflow') await import(native)
if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} did not start.`)
// As useFastestBackend does.
if (backend === 'tensorflow') {
  const started = tf.backend() as unknown as GraphBackend
  replayOn(started, graphReplayer(started))
}
