/** Threads of the WASM kernels: the numbers of one thread, bit for bit; workers that fail, end or never start change none; idle ones take no time and keep no process. */
import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import type { SimdModule } from '../../src/core/tensors/simd/simdModule.js'
import { simdThreads, type SimdThreads } from '../../src/core/tensors/simd/simdThreads.js'
import type { StartWorker } from '../../src/core/tensors/simd/startWorker.js'
import { takeParts, type PartedKernel } from '../../src/core/tensors/simd/threadProgram.js'
import { NETWORK_KERNELS } from '../../src/layers/kernels/simd/networkKernelBytes.js'
import type { NetworkKernel, NetworkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { useFastestBackend } from '../../src/node/index.js'
import { startNodeWorker } from '../../src/node/startNodeWorker.js'
import { NETWORK_CALLS } from '../support/networkCalls.js'
import { take } from '../support/tensors.js'
import { theModule } from '../support/theModule.js'

const run = promisify(execFile)

beforeAll(async () => {
  // As before it ever started.
  const plain = tf.findBackendFactory('wasm')
  tf.removeBackend('wasm')
  tf.registerBackend('wasm', plain, 2)
  expect(await useFastestBackend({ among: ['wasm'], threads: 3 })).toMatchObject({ backend: 'wasm', threads: 3 })
})

const none = (): undefined => undefined

/** A module of plain or relaxed SIMD, and a number of threads for it. */
const threaded = (variant: 'plain' | 'relaxed', count: number, start: StartWorker = startNodeWorker): NetworkKernels & { readonly pool: SimdThreads } => {
  const { backend, memory } = theModule()
  const bytes = Buffer.from(NETWORK_KERNELS[variant] ?? '', 'base64')
  // Imports a memory that is shared and has a maximum.
  bytes[NETWORK_KERNELS.memoryFlagsAt] = 3
  const module = new WebAssembly.Module(bytes)
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SimdModule<NetworkKernel>['functions']
  const pool = simdThreads(start, { module, memory, count, kernels: Object.values(functions) as PartedKernel[], owner: backend })
  return { backend, memory, functions, threads: () => pool, pool }
}

/** Waits until `count` threads take part. */
const until = async ({ ready }: SimdThreads, count: number): Promise<void> => {
  for (let i = 0; ready() !== count; i++) {
    if (i === 3_000) throw new Error(`${String(ready())} threads, not ${String(count)}.`)
    await pause(10)
  }
}

const bits = (tensor: tf.Tensor): Int32Array => new Int32Array(take(tensor).buffer)

const [, reluGradient = (): never => expect.unreachable()] = NETWORK_CALLS.find(([name]) => name === 'the gradient of ReLUs') ?? []

describe.each(['plain', 'relaxed'] as const)('with %s SIMD, two to four threads give the numbers of one:', (variant) => {
  // Node 20 has relaxed SIMD behind a flag.
  beforeAll(() => {
    if (variant === 'relaxed') setFlagsFromString('--experimental-wasm-relaxed-simd')
  })

  const pools = new Map<number, ReturnType<typeof threaded>>()
  const ofCount = (count: number) => pools.get(count) ?? pools.set(count, threaded(variant, count)).get(count) ?? expect.unreachable()

  it.each(NETWORK_CALLS)('%s', async (_, call) => {
    const expected = bits(call({ ...ofCount(2), threads: none }))
    for (const count of [2, 3, 4]) {
      const module = ofCount(count)
      await until(module.pool, count)
      for (let round = 0; round < 3; round++) expect(bits(call(module)).every((value, i) => value === expected[i])).toBe(true)
      expect(module.pool.ready()).toBe(count)
    }
  })
})

describe('a worker', () => {
  /** Whether a module gives the numbers of one thread. */
  const isRight = (module: NetworkKernels): boolean => {
    const expected = bits(reluGradient({ ...theModule(), threads: none }))
    return bits(reluGradient(module)).every((value, i) => value === expected[i])
  }

  it('that is refused is done without', () => {
    const module = threaded('plain', 3, () => {
      throw new Error('refused')
    })
    expect(isRight(module)).toBe(true)
    expect(module.pool.ready()).toBe(1)
  })

  it('that never starts is done without', () => {
    const module = threaded('plain', 3, () => undefined)
    expect(isRight(module)).toBe(true)
    expect(module.pool.ready()).toBe(1)
  })

  it('that fails while it starts is done without', async () => {
    const ended: (() => void)[] = []
    const module = threaded('plain', 2, (_, data, over) => {
      startNodeWorker('(() => { throw new Error("failed") })', data, () => {
        ended.push(over)
        over()
      })
    })
    // The first look starts it.
    module.pool.ready()
    while (ended.length === 0) await pause(10)
    expect(isRight(module)).toBe(true)
    expect(module.pool.ready()).toBe(1)
  })

  it('that ends is done without from then on', async () => {
    const workers: Worker[] = []
    const module = threaded('plain', 2, (program, data, over) => {
      const worker = new Worker(`${program}(require('node:worker_threads').workerData)`, { eval: true, workerData: data })
      worker.on('exit', over)
      workers.push(worker)
    })
    await until(module.pool, 2)
    await workers[0]?.terminate()
    expect(module.pool.ready()).toBe(1)
    expect(isRight(module)).toBe(true)
  })

  /** Says that it is ready, and takes a part that it never computes. */
  const TAKES = `(({ shared }) => {
    const state = new Int32Array(shared, 0, 4)
    Atomics.add(state, 2, 1)
    for (;;) {
      const ticket = Atomics.load(state, 0)
      if ((ticket & 255) > 0 && Atomics.compareExchange(state, 0, ticket, ticket - 1) === ticket) return
    }
  })`

  it('that ends in the middle of a call makes the call start again without it', async () => {
    const module = threaded('plain', 2, (_, data) => {
      startNodeWorker(TAKES, data, () => undefined)
    })
    await until(module.pool, 2)
    // The worker may get its first part only in a later call.
    while (module.pool.ready() === 2) expect(isRight(module)).toBe(true)
    expect(isRight(module)).toBe(true)
  })

  it('whose kernel fails makes the call start again without it', async () => {
    const module = threaded('plain', 2)
    await until(module.pool, 2)
    const failing = simdThreads(startNodeWorker, {
      module: new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
      memory: module.memory,
      count: 2,
      kernels: Object.values(module.functions).map(() => () => {
        throw new WebAssembly.RuntimeError('out of bounds')
      }),
      owner: module.backend,
    })
    await until(failing, 2)
    expect(isRight({ ...module, threads: () => failing })).toBe(true)
    expect(failing.ready()).toBe(1)
  })
})

describe('takeParts', () => {
  it('computes each part once, with the scratch memory of the thread, and the last one as long as there is', () => {
    const shared = new SharedArrayBuffer(1024)
    const [state, numbers] = [new Int32Array(shared, 0, 4), new Float64Array(shared, 64)]
    numbers.set([1, 3, 10, 25, 1_000, 64, 2, 7, 8])
    state.set([5 * 256 + 3, 3])
    const calls: unknown[] = []
    takeParts(shared, [() => expect.unreachable(), (...all) => calls.push(all)], 2)
    expect(calls).toEqual([
      [1_128, 0, 10, 7, 8],
      [1_128, 10, 20, 7, 8],
      [1_128, 20, 25, 7, 8],
    ])
    expect([...state]).toEqual([5 * 256, 0, 0, 0])
  })
})

describe('a process', () => {
  const output = (program: string, options: readonly string[] = [], args: readonly string[] = []) =>
    run(process.execPath, [...options, '--import', 'tsx', new URL(`../support/${program}.ts`, import.meta.url).pathname, ...args], { timeout: 60_000 })

  it('ends by itself', async () => {
    expect(await output('threadsProgram')).toEqual({ stdout: 'done\n', stderr: '' })
  })

  it('takes no time while it waits', async () => {
    const { stdout } = await output('threadsProgram', [], ['waits'])
    // Milliseconds of 2,000: measured 1 to 3; a thread that spins takes all.
    expect(Number(stdout)).toBeLessThan(100)
  })

  it('frees the threads with the backend', async () => {
    expect(await output('threadsOwner', ['--expose-gc'])).toEqual({ stdout: '0\n', stderr: '' })
  })
})
