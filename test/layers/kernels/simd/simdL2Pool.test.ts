/** L2 pooling of the WebAssembly module, against its definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll } from 'vitest'
import { simdL2Pool, simdL2PoolGradient } from '../../../../src/layers/kernels/simd/simdL2Pool.js'
import { networkKernels, type NetworkKernels } from '../../../../src/layers/kernels/simd/networkKernels.js'
import { describeL2Pooling } from '../../../support/l2Pooling.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

const theModule = (): NetworkKernels => {
  const module = networkKernels()
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  return module
}

describeL2Pooling({ channels: 4, value: (x) => simdL2Pool(theModule(), x), gradient: (dy, x, y) => simdL2PoolGradient(theModule(), dy, x, y) })
