/** Moments of pairs give the same numbers, bit for bit, however their work is divided. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pictureKernels, type PictureKernel } from '../../../../src/core/tensors/simd/pictureKernels.js'
import { simdMoments, simdMomentsGradient } from '../../../../src/core/tensors/simd/simdMoments.js'
import type { SimdModule } from '../../../../src/core/tensors/simd/simdModule.js'
import { anyParts } from '../../../support/anyParts.js'
import { noise } from '../../../support/images.js'
import { take } from '../../../support/tensors.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

it.each([1, 2, 3])('in parts by seed %i', (seed) => {
  const alone = pictureKernels.inUse()
  if (alone === undefined) throw new Error('The module must run on the WASM backend.')
  const [x, y] = [noise(1, [2, 101, 61, 40]), noise(2, [2, 101, 61, 40])]
  const numbers = (module: SimdModule<PictureKernel>): readonly Float32Array[] => {
    const moments = simdMoments(module, x, y)
    return [take(simdMomentsGradient(module, x, y, moments, moments)), take(moments)]
  }
  let calls = 0
  const threads = anyParts(alone, seed, () => calls++)
  const [expected, found] = [
    { ...alone, threads: () => undefined },
    { ...alone, threads: () => threads },
  ].map(numbers)
  expect(calls).toBe(2)
  found?.forEach((values, i) => {
    expect(values.findIndex((value, j) => value !== expected?.[i]?.[j])).toBe(-1)
  })
})
