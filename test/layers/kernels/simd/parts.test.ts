/** Kernels of the WebAssembly module give the same numbers, bit for bit, however their work is divided, in whatever order the parts are computed. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import { instantiate } from '../../../../src/core/tensors/simd/simdModule.js'
import { NETWORK_KERNELS } from '../../../../src/layers/kernels/simd/networkKernelBytes.js'
import { networkKernels, type NetworkKernel, type NetworkKernels } from '../../../../src/layers/kernels/simd/networkKernels.js'
import { anyParts } from '../../../support/anyParts.js'
import { NETWORK_CALLS } from '../../../support/networkCalls.js'
import { take } from '../../../support/tensors.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

/** Node 20 has relaxed SIMD behind a flag. */
const RELAXED = 'experimental-wasm-relaxed-simd'

const theModule = (variant: 'plain' | 'relaxed'): NetworkKernels => {
  const { backend } = networkKernels() ?? { backend: undefined }
  if (variant === 'relaxed') setFlagsFromString(`--${RELAXED}`)
  const bytes = { ...NETWORK_KERNELS, plain: NETWORK_KERNELS[variant] ?? '', relaxed: undefined as never }
  const module = backend === undefined ? undefined : instantiate<NetworkKernel>(bytes, backend)
  if (variant === 'relaxed') setFlagsFromString(`--no-${RELAXED}`)
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  return module
}

describe.each(['plain', 'relaxed'] as const)('with %s SIMD', (variant) => {
  it.each(NETWORK_CALLS)('%s', (name, call) => {
    const alone = theModule(variant)
    const expected = take(call({ ...alone, threads: () => undefined }))
    // Where there is no window, no gradient is.
    expect(expected.some((value) => value !== 0)).toBe(!name.includes('without a window'))
    for (const seed of [1, 2, 3]) {
      let calls = 0
      const threads = anyParts(alone, seed, () => calls++)
      const found = take(call({ ...alone, threads: () => threads }))
      expect(calls).toBeGreaterThan(0)
      // As whole numbers: NaN and the sign of zero count, too.
      const differ = new Int32Array(found.buffer).findIndex((bits, i) => bits !== new Int32Array(expected.buffer)[i])
      expect({ seed, differ }).toEqual({ seed, differ: -1 })
    }
  })
})
