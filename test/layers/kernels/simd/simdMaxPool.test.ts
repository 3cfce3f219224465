/** Max pooling of the WebAssembly module, against its definition: the same numbers, for a maximum is not rounded. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simdMaxPool } from '../../../../src/layers/kernels/simd/simdMaxPool.js'
import { windowsAlong, type PoolingWindow } from '../../../../src/layers/kernels/windows.js'
import { noise } from '../../../support/images.js'
import { leaked, take } from '../../../support/tensors.js'
import { theModule } from '../../../support/theModule.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

type Shape4 = [number, number, number, number]

const exact = (x: Tensor4D, window: PoolingWindow): { readonly shape: Shape4; readonly y: readonly number[] } => {
  const [batch, height, width, channels] = x.shape
  const { size, stride } = window
  const shape: Shape4 = [batch, windowsAlong(height, window), windowsAlong(width, window), channels]
  const values = x.dataSync<'float32'>()
  const y: number[] = []
  for (let n = 0; n < batch; n++)
    for (let top = 0; top < stride * shape[1]; top += stride)
      for (let left = 0; left < stride * shape[2]; left += stride)
        for (let c = 0; c < channels; c++) {
          let most = -Infinity
          for (let i = top; i < Math.min(top + size, height); i++)
            for (let j = left; j < Math.min(left + size, width); j++) most = Math.max(most, values[((n * height + i) * width + j) * channels + c] ?? 0)
          y.push(most)
        }
  return { shape, y }
}

describe.each<readonly [Shape4, PoolingWindow]>([
  [[2, 6, 8, 4], { size: 2, stride: 2, rounding: 'floor' }],
  [[1, 7, 5, 12], { size: 2, stride: 2, rounding: 'floor' }],
  [[2, 9, 7, 8], { size: 3, stride: 2, rounding: 'floor' }],
  [[1, 8, 10, 8], { size: 3, stride: 2, rounding: 'ceil' }],
  [[1, 6, 7, 4], { size: 3, stride: 1, rounding: 'floor' }],
  [[2, 7, 9, 4], { size: 2, stride: 3, rounding: 'ceil' }],
  [[1, 11, 6, 4], { size: 5, stride: 4, rounding: 'ceil' }],
  [[1, 1, 9, 4], { size: 2, stride: 2, rounding: 'floor' }],
])('max pooling of %j over %j', (shape, window) => {
  it('is its definition, of values below 0, too', () => {
    const x = tf.tidy(() => tf.sub<Tensor4D>(noise(1, shape), 0.8))
    const expected = exact(x, window)
    const y = simdMaxPool(theModule(), x, window)
    expect(y?.shape).toEqual(expected.shape)
    expect([...take(y ?? x)]).toEqual(expected.y)
  })
})

describe('max pooling', () => {
  const window: PoolingWindow = { size: 2, stride: 2, rounding: 'floor' }

  it('leaves channels that are no multiple of 4 to the backend', () => {
    expect(simdMaxPool(theModule(), noise(2, [1, 4, 4, 6]), window)).toBeUndefined()
  })

  it('leaves nothing behind', () => {
    const x = noise(3, [1, 4, 5, 8])
    expect(leaked(() => simdMaxPool(theModule(), x, window)?.dispose())).toBe(0)
  })
})
