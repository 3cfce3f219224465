/** A program, for node --expose-gc, that starts two workers for a backend, forgets the backend, and says how many of the workers are left. */
import { setTimeout as pause } from 'node:timers/promises'
import { simdThreads, type SimdThreads } from '../../src/core/tensors/simd/simdThreads.js'
import type { StartWorker } from '../../src/core/tensors/simd/startWorker.js'
import { startNodeWorker } from '../../src/node/startNodeWorker.js'

const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

let left = 2
const start: StartWorker = (program, data, ended) => {
  startNodeWorker(program, data, () => {
    left--
    ended()
  })
}

const threadsOf = (owner: object): SimdThreads => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  return simdThreads(start, { module: new WebAssembly.Module(EMPTY_MODULE), memory, count: 3, kernels: [], owner })
}

const { ready } = threadsOf({})
while (ready() < 3) await pause(10)
for (let i = 0; i < 500 && left > 0; i++) {
  globalThis.gc?.()
  await pause(10)
}
console.log(left)
