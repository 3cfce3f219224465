/** A program that convolves on two WASM threads until both take part. With `waits` it says how many milliseconds of processor time it takes while it waits for two seconds. */
import { setTimeout as pause } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { networkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { simdReluGradient } from '../../src/layers/kernels/simd/simdGradients.js'
import { useFastestBackend } from '../../src/node/index.js'

await useFastestBackend({ among: ['wasm'], threads: 2 })
const module = networkKernels()
if (module === undefined) throw new Error('The module must run on the WASM backend.')
const x = tf.ones<tf.Rank.R4>([1, 256, 256, 64])
while (module.threads()?.ready() !== 2) {
  simdReluGradient(module, x, x).dispose()
  await pause(10)
}
simdReluGradient(module, x, x).dispose()
if (process.argv[2] === 'waits') {
  // Until TensorFlow.js' own threads are asleep.
  await pause(500)
  const before = process.cpuUsage()
  await pause(2_000)
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1_000)
} else console.log('done')
