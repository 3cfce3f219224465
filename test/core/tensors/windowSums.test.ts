/** Weighted sums in windows, by kernels of our own on WASM and (after `npm run native`) the native backend, and by TensorFlow.js' ops elsewhere: their definition, in double precision. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowSums, type Reach } from '../../../src/core/tensors/windowSums.js'
import { noise } from '../../support/images.js'
import { leaked } from '../../support/tensors.js'

type Sides = readonly [batch: number, height: number, width: number, channels: number]
type Counts = readonly [down: number, across: number]

/** y[n, i, j, c] is the sum of down[a] across[b] x[n, i + a, j + b, c], where positions outside count as 0. */
const defined = (x: Tensor4D, down: ArrayLike<number>, across: ArrayLike<number>, reach: Reach): readonly number[] => {
  const [batch, height, width, channels] = x.shape
  const values = x.dataSync()
  const [above, left] = reach === 'around' ? [down.length - 1, across.length - 1] : [0, 0]
  const grown = (side: number, count: number): number => side + (reach === 'around' ? 1 : -1) * (count - 1)
  const sums: number[] = []
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < grown(height, down.length); i++)
      for (let j = 0; j < grown(width, across.length); j++)
        for (let c = 0; c < channels; c++) {
          let sum = 0
          for (let a = 0; a < down.length; a++)
            for (let b = 0; b < across.length; b++) {
              const [row, column] = [i + a - above, j + b - left]
              if (row < 0 || column < 0 || row >= height || column >= width) continue
              sum += (down[a] ?? 0) * (across[b] ?? 0) * (values[((n * height + row) * width + column) * channels + c] ?? Number.NaN)
            }
          sums.push(sum)
        }
  return sums
}

const weightsOf = (seed: number, count: number): Tensor1D => tf.reshape(noise(seed, [1, 1, count, 1]), [count])

const difference = (seed: number, shape: Sides, [high, wide]: Counts, reach: Reach): number =>
  tf.tidy(() => {
    const x = noise(seed, [...shape])
    const [down, across] = [weightsOf(seed + 1, high), weightsOf(seed + 2, wide)]
    const y = windowSums(x, { ...(high === 1 ? {} : { down }), ...(wide === 1 ? {} : { across }) }, reach)
    const expected = defined(x, high === 1 ? [1] : down.dataSync(), wide === 1 ? [1] : across.dataSync(), reach)
    expect(y.size).toBe(expected.length)
    return Math.max(...Array.from(y.dataSync(), (value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))
  })

describe.each(['inside', 'around'] as const)('windows %s the picture', (reach) => {
  // Sums of up to 12 x 12 products of numbers in [0, 1] in float32, which are at most 144: roundings of at most 24 x 4e-6, mostly far less.
  it('have the weighted sums of neighbours, for any shape and counts', () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 5 }))
    const cases = shapes.chain((shape) => {
      const count = (side: number) => fc.integer({ min: 1, max: reach === 'around' ? 12 : Math.min(12, side) })
      return fc.tuple(fc.nat(1000), fc.constant(shape), fc.tuple(count(shape[1]), count(shape[2])))
    })
    fc.assert(
      fc.property(cases, ([seed, shape, counts]) => {
        expect(difference(seed, shape, counts, reach)).toBeLessThan(5e-5)
      }),
      { seed: 11, numRuns: 60 },
    )
  })

  // Longer than all vectors of a row together, and on several threads.
  it.each([
    [1, 40, 700, 3],
    [4, 64, 64, 3],
    [1, 200, 150, 1],
  ] as const)('of [%i, %i, %i, %i] are the same', (...shape) => {
    expect(difference(5, shape, [11, 7], reach)).toBeLessThan(5e-5)
  })

  it('have NaN where a neighbour has, and nowhere else', () => {
    for (const axis of [1, 2]) {
      const x = tf.tensor4d(
        Array.from({ length: 40 }, (_, i) => (i === 20 ? Number.NaN : 1)),
        axis === 1 ? [1, 40, 1, 1] : [1, 1, 40, 1],
      )
      const weights = tf.tensor1d([0.25, 0.5, 0.25])
      const y = windowSums(x, axis === 1 ? { down: weights } : { across: weights }, reach)
      const first = reach === 'around' ? 20 : 18
      expect(Array.from(y.dataSync(), Number.isNaN)).toEqual(Array.from({ length: 2 * first + 2 }, (_, i) => i >= first && i <= first + 2))
      tf.dispose([x, y, weights])
    }
  })

  it('of no pictures are none', () => {
    const weights = tf.tensor1d([0.25, 0.5, 0.25])
    expect(windowSums(tf.zeros([0, 8, 9, 3]), { down: weights, across: weights }, reach).shape).toEqual(reach === 'around' ? [0, 10, 11, 3] : [0, 6, 7, 3])
  })

  it('leave nothing behind', () => {
    const [x, weights] = [noise(1, [1, 12, 13, 3]), tf.tensor1d([0.25, 0.5, 0.25])]
    expect(leaked(() => tf.tidy(() => void windowSums(x, { down: weights }, reach)))).toBe(0)
  })
})
