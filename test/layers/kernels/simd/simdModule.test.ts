/** The WebAssembly module: what it is made of, and in which memory it runs. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ARITHMETIC_KERNELS } from '../../../../src/core/tensors/simd/arithmeticKernelBytes.js'
import { COLOUR_KERNELS } from '../../../../src/core/tensors/simd/colourKernelBytes.js'
import { PICTURE_KERNELS } from '../../../../src/core/tensors/simd/pictureKernelBytes.js'
import { instantiate as instantiated, type SimdModule, type WasmBackend } from '../../../../src/core/tensors/simd/simdModule.js'
import { networkKernels } from '../../../../src/layers/kernels/simd/networkKernels.js'
import { NETWORK_KERNELS } from '../../../../src/layers/kernels/simd/networkKernelBytes.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))

const FUNCTIONS = [
  'firstLayer',
  'l2Pool',
  'l2PoolGradient',
  'maxPool',
  'maxPoolGradient',
  'overlappingMaxGradient',
  'reluGradient',
  'toThreeChannels',
  'winograd4',
  'winograd4Filter',
  'winograd5',
  'winograd5Filter',
]

/** The ids of the sections of a module. */
const sections = (bytes: Uint8Array): readonly number[] => {
  const found: number[] = []
  let at = 8
  while (at < bytes.length) {
    found.push(bytes[at] ?? 0)
    at++
    let [size, shift, byte] = [0, 0, 0x80]
    while ((byte & 0x80) !== 0) {
      byte = bytes[at++] ?? 0
      size += (byte & 0x7f) * 2 ** shift
      shift += 7
    }
    at += size
  }
  return found
}

const START = 8
const ELEMENTS = 9
const DATA = 11

describe.each([
  ['of networks, with plain SIMD', NETWORK_KERNELS.plain],
  ['of networks, with relaxed SIMD', NETWORK_KERNELS.relaxed],
  ['of pictures, with plain SIMD', PICTURE_KERNELS.plain],
  ['of pictures, with relaxed SIMD', PICTURE_KERNELS.relaxed],
  ['of colours, with plain SIMD', COLOUR_KERNELS.plain],
  ['of colours, with relaxed SIMD', COLOUR_KERNELS.relaxed],
  ['of arithmetic', ARITHMETIC_KERNELS.plain],
])('the module %s', (_, base64 = '') => {
  it('has at most 40 kB, and no data and no start function that would touch the memory it is given', () => {
    const bytes = bytesOf(base64)
    expect(bytes.length).toBeLessThan(40_000)
    expect(sections(bytes).filter((id) => [START, ELEMENTS, DATA].includes(id))).toEqual([])
  })
})

describe.each([
  ['networks', NETWORK_KERNELS, FUNCTIONS],
  ['pictures', PICTURE_KERNELS, ['finiteMarks', 'middleMeans', 'pairMoments', 'pairMomentsGradient', 'pairSums', 'windowSums']],
  ['colours', COLOUR_KERNELS, ['levels', 'mixChannels']],
  ['arithmetic', ARITHMETIC_KERNELS, ['binary', 'choose', 'clip', 'compare', 'copyBox', 'fill', 'gather', 'numbers', 'sortRows', 'timesColumn', 'unary']],
] as const)('the module of %s with plain SIMD', (_, { plain }, functions) => {
  it('takes a memory and gives the kernels', () => {
    const module = new WebAssembly.Module(bytesOf(plain))
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
    expect(
      WebAssembly.Module.exports(module)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(functions)
  })
})

/** A backend with nothing but a memory. */
const backend = (memory: unknown, threads: number): WasmBackend => ({
  dataIdMap: { get: () => ({ memoryOffset: 0 }) },
  makeOutput: () => ({ dataId: {}, shape: [], dtype: 'float32' }),
  wasm: { _malloc: () => 0, _free: () => undefined, tfjs: { getThreadsCount: () => threads }, wasmMemory: memory },
})

const instantiate = (of: WasmBackend): SimdModule<'reluGradient'> | undefined => instantiated(NETWORK_KERNELS, of)

describe('instantiate', () => {
  it.each([false, true])('runs in a memory, shared: %s', (shared) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared })
    const module = instantiate(backend(memory, 1))
    const numbers = new Float32Array(memory.buffer, 64, 12)
    numbers.set([1, 2, 3, 4, 0, 1, -1, 2])
    module?.functions.reluGradient(0, 0, 4, 64, 80, 96)
    expect([...numbers.subarray(8)]).toEqual([0, 2, 0, 4])
  })

  it('runs on one thread in a memory of its own, however many the backend has', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
    expect(instantiate(backend(memory, 8))?.threads()).toBeUndefined()
  })

  it('leaves backends without a known memory, or with another memory, to their own kernels', () => {
    expect(instantiate(backend(undefined, 1))).toBeUndefined()
    expect(instantiate(backend(new WebAssembly.Memory({ initial: 1 }), 1))).toBeUndefined()
  })

  it('is done once for a backend, and only for WASM', async () => {
    const module = networkKernels()
    expect(module).toBeDefined()
    expect(networkKernels()).toBe(module)
    await tf.setBackend('cpu')
    expect(networkKernels()).toBeUndefined()
    await tf.setBackend('wasm')
    expect(networkKernels()).toBe(module)
  })
})
