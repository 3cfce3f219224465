/** The WebAssembly module is what its sources compile to, and as fast as it should be. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { MODULES, simdModuleText } from '../../scripts/simd/compileSimd.js'
import { pythonOf } from '../../scripts/python/environment.js'
import { readFileSync } from 'node:fs'
import { runKernel } from '../../src/core/tensors/engine.js'
import { simdConvolver } from '../../src/layers/kernels/simd/simdConvolver.js'
import { networkKernels } from '../../src/layers/kernels/simd/networkKernels.js'
import { noise } from '../support/images.js'

it.each(MODULES)('$constant is what npm run simd writes', async (module) => {
  expect(await simdModuleText(await pythonOf('zig'), module)).toBe(readFileSync(module.file, 'utf8'))
})

describe('the convolutions', () => {
  beforeAll(() => tf.setBackend('wasm'))

  // Measured: 0.24 to 0.29 for F(4, 3), 0.25 to 0.37 for F(2, 5), 0.74 for the first layer. Spilled registers double them, without any other sign.
  it.each([
    [3, 64, 64, 96, 0.4],
    [3, 256, 256, 32, 0.4],
    [3, 512, 512, 16, 0.5],
    [5, 64, 192, 15, 0.5],
    [3, 3, 64, 128, 1.1],
  ])('of side %i from %i to %i channels at %i take a part of the time of TensorFlow.js', (taps, input, output, side, bound) => {
    const module = networkKernels()
    if (module === undefined) throw new Error('The module must run on the WASM backend.')
    const x = noise(1, [1, side, side, input])
    const filter = noise(2, [taps, taps, input, output])
    const bias = tf.zeros<tf.Rank.R1>([output])
    const ours = simdConvolver(module, filter, bias, { stride: 1, padding: 'same' }, false)
    const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu', leakyreluAlpha: 0 }
    const works: readonly (() => Tensor4D | undefined)[] = [
      () => ours?.run(x, true),
      () => runKernel('FusedConv2D', { x, filter, bias }, attributes) as Tensor4D,
    ]
    // The fastest of many: the engine optimizes the module while it runs, and other work on the machine only adds.
    const fastest = works.map(() => Infinity)
    for (let round = 0; round < 60; round++)
      works.forEach((work, i) => {
        const from = performance.now()
        work()?.dispose()
        fastest[i] = Math.min(fastest[i] ?? Infinity, performance.now() - from)
      })
    expect((fastest[0] ?? Infinity) / (fastest[1] ?? 0)).toBeLessThan(bound)
    ours?.dispose()
  })
})
