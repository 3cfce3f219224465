/** Weighted sums along an axis, by the kernel of our own on WASM and by TensorFlow.js' ops elsewhere: their definition, in double precision. */
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alongHeight, alongWidth } from '../../../src/core/tensors/alongAxis.js'
import { noise } from '../../support/images.js'

type Sides = readonly [batch: number, height: number, width: number, channels: number]

/** y[..., i, ...] is the sum of weights[k] x[..., i + k, ...]. */
const defined = (x: ArrayLike<number>, shape: Sides, axis: 1 | 2, weights: ArrayLike<number>): readonly number[] => {
  const length = shape[axis]
  const inner = axis === 1 ? shape[2] * shape[3] : shape[3]
  const count = length - weights.length + 1
  const outer = x.length / length / inner
  return Array.from({ length: outer * count * inner }, (_, at) => {
    const [o, i, j] = [Math.floor(at / inner / count), Math.floor(at / inner) % count, at % inner]
    return Array.from(weights).reduce((sum, weight, k) => sum + weight * (x[(o * length + i + k) * inner + j] ?? Number.NaN), 0)
  })
}

const along = { 1: alongHeight, 2: alongWidth } as const

const difference = (seed: number, shape: Sides, axis: 1 | 2, count: number): number =>
  tf.tidy(() => {
    const x = noise(seed, [...shape])
    const weights = tf.reshape<tf.Rank.R1>(noise(seed + 1, [1, 1, count, 1]), [count])
    const y = along[axis](x, weights)
    expect(y.shape).toEqual(shape.map((side, i) => (i === axis ? side - count + 1 : side)))
    const expected = defined(x.dataSync(), shape, axis, weights.dataSync())
    return Math.max(...Array.from(y.dataSync(), (value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))
  })

describe.each([1, 2] as const)('along axis %i', (axis) => {
  // Sums of up to 12 products of numbers in [0, 1] in float32: 12 roundings of at most 4e-7.
  it('is the weighted sum of neighbours, for any shape', () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 5 }))
    const cases = shapes.chain((shape) => fc.tuple(fc.nat(1000), fc.constant(shape), fc.integer({ min: 1, max: Math.min(12, shape[axis]) })))
    fc.assert(
      fc.property(cases, ([seed, shape, count]) => {
        expect(difference(seed, shape, axis, count)).toBeLessThan(5e-6)
      }),
      { seed: 11, numRuns: 60 },
    )
  })

  it('has NaN where a neighbour has, and nowhere else', () => {
    const x = tf.tensor4d(
      Array.from({ length: 40 }, (_, i) => (i === 20 ? Number.NaN : 1)),
      axis === 1 ? [1, 40, 1, 1] : [1, 1, 40, 1],
    )
    const y = along[axis](x, tf.tensor1d([0.25, 0.5, 0.25]))
    expect(Array.from(y.dataSync(), Number.isNaN)).toEqual(Array.from({ length: 38 }, (_, i) => i >= 18 && i <= 20))
    tf.dispose([x, y])
  })
})
