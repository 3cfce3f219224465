/** L2 pooling of the WebAssembly module, against its definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll } from 'vitest'
import { simdL2Pool, simdL2PoolGradient } from '../../../../src/layers/kernels/simd/simdL2Pool.js'
import { describeL2Pooling } from '../../../support/l2Pooling.js'
import { theModule } from '../../../support/theModule.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

describeL2Pooling({ channels: 4, value: (x) => simdL2Pool(theModule(), x), gradient: (dy, x, y) => simdL2PoolGradient(theModule(), dy, x, y) })
