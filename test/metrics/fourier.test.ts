/** The Fourier transform on every backend against its definition, computed in float64. Tolerance 1e-6: float32 sums of at most 20 x 44 numbers below 1, each rounded to 6e-8. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { fourier } from '../../src/metrics/ops/fourier.js'
import { fourierByMatrices, type Turn } from '../../src/metrics/ops/fourierByMatrices.js'

/** Below 16, prime, twice a prime, and lengths that split. */
const SIZES = [
  [1, 2],
  [5, 9],
  [16, 24],
  [37, 22],
  [20, 44],
] as const

const numbers = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 12.9898 * i * i))

/** [2, 2, height, width] by the definition. */
const byDefinition = (x: Float32Array, height: number, width: number, turn: Turn): Float64Array => {
  const [positions, result] = [height * width, new Float64Array(x.length)]
  for (let picture = 0; picture < 2; picture++)
    for (let k = 0; k < positions; k++) {
      let [real, imaginary] = [0, 0]
      for (let i = 0; i < positions; i++) {
        const turns = ((Math.floor(k / width) * Math.floor(i / width)) % height) / height + (((k % width) * (i % width)) % width) / width
        const [cosine, sine] = [Math.cos(2 * Math.PI * turns), turn * Math.sin(2 * Math.PI * turns)]
        const [a, b] = [x[picture * positions + i] ?? 0, x[(2 + picture) * positions + i] ?? 0]
        real += a * cosine + b * sine
        imaginary += b * cosine - a * sine
      }
      result[picture * positions + k] = real / Math.sqrt(positions)
      result[(2 + picture) * positions + k] = imaginary / Math.sqrt(positions)
    }
  return result
}

const apart = (x: tf.Tensor, expected: ArrayLike<number>): number =>
  x.dataSync<'float32'>().reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? Number.NaN))), 0)

describe.each(SIZES)('the transform of %i x %i', (height, width) => {
  const x = numbers(4 * height * width, 1)
  const shape: [number, number, number, number] = [2, 2, height, width]

  it.each([1, -1] as const)('is its definition (turn %i), by matrices too', (turn) => {
    const expected = byDefinition(x, height, width, turn)
    tf.tidy(() => {
      expect(apart(fourier(tf.tensor4d(x, shape), turn), expected)).toBeLessThan(1e-6)
      expect(apart(fourierByMatrices(tf.tensor4d(x, shape), turn), expected)).toBeLessThan(1e-6)
    })
  })

  it('has the inverse as its gradient', () => {
    const dy = numbers(4 * height * width, 2)
    const expected = byDefinition(dy, height, width, -1)
    tf.tidy(() => {
      expect(apart(tf.grad((z) => fourier(z))(tf.tensor4d(x, shape), tf.tensor4d(dy, shape)), expected)).toBeLessThan(1e-6)
    })
  })
})
