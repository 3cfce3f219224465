/** L2 pooling of the WebAssembly module, against its definition in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simdL2Pool, simdL2PoolGradient } from '../../../../src/layers/kernels/simd/simdL2Pool.js'
import { networkKernels, type NetworkKernels } from '../../../../src/layers/kernels/simd/networkKernels.js'
import { noise } from '../../../support/images.js'
import { leaked, take } from '../../../support/tensors.js'

const usual = process.env['BACKEND'] ?? 'wasm'
beforeAll(() => tf.setBackend('wasm'))
afterAll(() => tf.setBackend(usual))

const theModule = (): NetworkKernels => {
  const module = networkKernels()
  if (module === undefined) throw new Error('The module must run on the WASM backend.')
  return module
}

type Shape4 = [number, number, number, number]

/** Every output with every input of its window: what `visit` does with their places and the weight. */
const windows = ([batch, height, width, channels]: Shape4, visit: (output: number, input: number, weight: number) => void): void => {
  const [down, across] = [Math.ceil(height / 2), Math.ceil(width / 2)]
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < down; row++)
      for (let column = 0; column < across; column++)
        for (const i of [-1, 0, 1])
          for (const j of [-1, 0, 1]) {
            const [r, s] = [2 * row + i, 2 * column + j]
            if (r < 0 || s < 0 || r >= height || s >= width) continue
            const weight = ((2 - Math.abs(i)) * (2 - Math.abs(j))) / 16
            for (let c = 0; c < channels; c++) visit(((n * down + row) * across + column) * channels + c, ((n * height + r) * width + s) * channels + c, weight)
          }
}

const exact = (x: Tensor4D): { readonly y: readonly number[]; readonly gradient: (dy: Float32Array) => readonly number[] } => {
  const values = x.dataSync()
  const [batch, height, width, channels] = x.shape
  const y = new Array<number>(batch * Math.ceil(height / 2) * Math.ceil(width / 2) * channels).fill(1e-12)
  windows(x.shape, (output, input, weight) => {
    y[output]! += weight * (values[input] ?? 0) ** 2
  })
  const roots = y.map(Math.sqrt)
  return {
    y: roots,
    gradient: (dy) => {
      const dx = new Array<number>(x.size).fill(0)
      windows(x.shape, (output, input, weight) => {
        dx[input]! += (weight * (values[input] ?? 0) * (dy[output] ?? 0)) / (roots[output] ?? 0)
      })
      return dx
    },
  }
}

describe.each<Shape4>([
  [1, 1, 1, 4],
  [1, 2, 2, 4],
  [2, 5, 4, 8],
  [1, 6, 7, 12],
  [1, 1, 9, 4],
])('L2 pooling of [%i, %i, %i, %i]', (...shape) => {
  it('and its gradient are their definitions', () => {
    const x = tf.tidy(() => tf.sub<Tensor4D>(noise(1, shape), 0.5))
    const { y: expected, gradient } = exact(x)
    const y = simdL2Pool(theModule(), x)
    expect(y.shape).toEqual([shape[0], Math.ceil(shape[1] / 2), Math.ceil(shape[2] / 2), shape[3]])
    y.dataSync().forEach((value, i) => expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-6))
    const dy = noise(2, y.shape)
    const slopes = gradient(dy.dataSync<'float32'>())
    take(simdL2PoolGradient(theModule(), dy, x, y)).forEach((value, i) => expect(Math.abs(value - (slopes[i] ?? 0))).toBeLessThan(2e-6))
  })
})

describe('L2 pooling', () => {
  it('has the gradient 0 on black, and is NaN where its window has NaN', () => {
    const black = tf.zeros<tf.Rank.R4>([1, 4, 4, 4])
    const y = simdL2Pool(theModule(), black)
    expect([...take(simdL2PoolGradient(theModule(), tf.onesLike(y), black, y))].every((value) => value === 0)).toBe(true)
    const x = tf.tidy(() => tf.fill<tf.Rank.R4>([1, 3, 3, 4], Number.NaN))
    expect([...take(simdL2Pool(theModule(), x))].every(Number.isNaN)).toBe(true)
  })

  it('leaves nothing behind', () => {
    const x = noise(3, [1, 4, 5, 8])
    expect(
      leaked(() => {
        const y = simdL2Pool(theModule(), x)
        simdL2PoolGradient(theModule(), y, x, y).dispose()
        y.dispose()
      }),
    ).toBe(0)
  })
})
