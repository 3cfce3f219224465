/** Unit vectors and weighted squares of channels by ops of this package on the native backend, against double precision. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { hasNativeUnitVectors, nativeUnitVectors, nativeUnitVectorsGradient } from '../../../../src/core/tensors/native/nativeUnitVectors.js'
import { hasNativeWeightedSquares, nativeWeightedSquares } from '../../../../src/core/tensors/native/nativeWeightedSquares.js'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { compiledUrl } from '../../../support/compiled.js'
import { noise } from '../../../support/images.js'
import { take } from '../../../support/tensors.js'

const SHAPES = [
  [1, 1, 1, 16],
  [2, 5, 7, 48],
  [3, 1, 130, 64],
  [2, 43, 61, 16],
  [1, 3, 2, 512],
] as const

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))

/** The channel vectors, as lists of doubles. */
const vectors = (x: Tensor): readonly (readonly number[])[] => {
  const [numbers, channels] = [Array.from(x.dataSync()), x.shape.at(-1) ?? 1]
  return Array.from({ length: numbers.length / channels }, (_, i) => numbers.slice(i * channels, (i + 1) * channels))
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0)

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('the ops of channel vectors', () => {
  it('are there', () => {
    expect([hasNativeUnitVectors(), hasNativeWeightedSquares()]).toEqual([true, true])
  })

  it.each(SHAPES)('give [%i, %i, %i, %i] unit length, and their gradient', (...shape) => {
    const [x, dy, epsilon] = [centred(1, shape), centred(2, shape), 0.01]
    const slopes = vectors(dy)
    const exact = vectors(x).map((vector, i) => {
      const norm = Math.sqrt(dot(vector, vector))
      const length = norm + epsilon
      const along = dot(vector, slopes[i] ?? []) / (norm * length ** 2)
      return { unit: vector.map((value) => value / length), gradient: vector.map((value, c) => (slopes[i]?.[c] ?? Number.NaN) / length - value * along) }
    })
    const [units, gradient] = [take(nativeUnitVectors(x, epsilon)), take(nativeUnitVectorsGradient(dy, x, epsilon))]
    // Float32 sums of up to 512 products, 32 of them in each lane; numbers are below 1, gradients below 4.
    exact.flatMap(({ unit }) => unit).forEach((value, i) => expect(Math.abs((units[i] ?? Number.NaN) - value)).toBeLessThan(1e-6))
    exact.flatMap((vector) => vector.gradient).forEach((value, i) => expect(Math.abs((gradient[i] ?? Number.NaN) - value)).toBeLessThan(4e-6))
  })

  it('leave zeros, whose gradient is zero, and NaN', () => {
    const [zeros, dy] = [tf.zeros<tf.Rank.R4>([1, 1, 2, 16]), centred(3, [1, 1, 2, 16])]
    expect(take(nativeUnitVectors(zeros, 1e-10))).toEqual(new Float32Array(32))
    // Some of these are minus zero.
    expect(take(nativeUnitVectorsGradient(dy, zeros, 1e-10)).map(Math.abs)).toEqual(new Float32Array(32))
    const odd = tf.tensor4d(
      Float32Array.from({ length: 32 }, (_, i) => (i === 3 ? Number.NaN : 1)),
      [1, 1, 2, 16],
    )
    expect(take(nativeUnitVectors(odd, 1e-10)).slice(0, 16).every(Number.isNaN)).toBe(true)
    expect(Math.max(...take(nativeUnitVectors(odd, 1e-10)).slice(16))).toBeCloseTo(0.25, 6)
    expect(take(nativeWeightedSquares(odd, tf.ones([16])))).toEqual(Float32Array.of(Number.NaN))
  })

  it.each(SHAPES)('sum the weighted squares of [%i, %i, %i, %i]', (...shape) => {
    const [x, weights] = [centred(4, shape), noise(5, [1, 1, 1, shape[3]])]
    const [of, each] = [vectors(x), vectors(weights)[0] ?? []]
    const sums = take(nativeWeightedSquares(x, tf.reshape(weights, [shape[3]])))
    const positions = shape[1] * shape[2]
    expect(sums).toHaveLength(shape[0])
    sums.forEach((sum, sample) => {
      const exact = of.slice(sample * positions, (sample + 1) * positions).reduce(
        (all, vector) =>
          all +
          dot(
            vector.map((value) => value * value),
            each,
          ),
        0,
      )
      // Each position's sum is in float32, theirs in double precision.
      expect(Math.abs(sum - exact)).toBeLessThan(5e-7 * exact)
    })
  })

  it('reject channels that fill no vectors, or have no weight each', () => {
    expect(() => nativeUnitVectors(tf.zeros([1, 2, 2, 17]), 1e-10)).toThrow('Channels that fill vectors, and one epsilon, are expected.')
    expect(() => nativeUnitVectorsGradient(tf.zeros([1, 2, 1, 16]), tf.zeros([1, 2, 2, 16]), 1e-10)).toThrow("A gradient of the input's shape is expected.")
    expect(() => nativeWeightedSquares(tf.ones([1, 2, 2, 16]), tf.ones([32]))).toThrow('a weight for each channel, are expected.')
  })

  it('give the same bits with any number of threads', () => {
    const program = `
      import * as tf from '@tensorflow/tfjs'
      import { createHash } from 'node:crypto'
      import { useFastestBackend } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
      import { nativeUnitVectors } from ${JSON.stringify(compiledUrl('src/core/tensors/native/nativeUnitVectors.ts'))}
      import { nativeWeightedSquares } from ${JSON.stringify(compiledUrl('src/core/tensors/native/nativeWeightedSquares.ts'))}
      await useFastestBackend({ among: ['tfjs-node-gpu'] })
      const x = tf.tensor(Float32Array.from({ length: 2 * 90 * 70 * 32 }, (_, i) => Math.sin(7 * i)), [2, 90, 70, 32])
      const hash = createHash('sha256')
      for (const y of [nativeUnitVectors(x, 0.1), nativeWeightedSquares(x, tf.range(1, 33))]) hash.update(y.dataSync())
      console.log(hash.digest('hex'))`
    const [one, ...others] = ['1', '2', '3', '40'].map((threads) => {
      const env = { ...process.env, TF_NUM_INTRAOP_THREADS: threads }
      return spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: join(import.meta.dirname, '../../../..'), encoding: 'utf8', env })
        .stdout
    })
    expect(one).toMatch(/^[0-9a-f]{64}\n$/)
    expect(others).toEqual([one, one, one])
  })
})
