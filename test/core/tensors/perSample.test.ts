/** Means over samples and positions: the sums in double precision, on every backend. */
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { channelMean, perSampleMean } from '../../../src/core/tensors/perSample.js'
import { noise } from '../../support/images.js'

type Sides = readonly [batch: number, height: number, width: number, channels: number]

/** The mean of the elements whose places `isOf` takes, in double precision. */
const meanWhere = (x: ArrayLike<number>, isOf: (at: number) => boolean): number => {
  const some = Array.from(x).filter((_, at) => isOf(at))
  return some.reduce((sum, value) => sum + value, 0) / some.length
}

const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 19 }))

// Numbers in [0, 1], whose means are rounded to float32 once an axis.
const near = (received: ArrayLike<number>, expected: readonly number[]): void => {
  Array.from(received).forEach((value, i) => expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-6))
}

it('the mean of each channel', () => {
  fc.assert(
    fc.property(fc.nat(1000), shapes, (seed, shape: Sides) => {
      const [batch, height, width, channels] = shape
      const x = noise(seed, [...shape])
      const [numbers, means] = [x.dataSync(), channelMean(x)]
      const sample = height * width * channels
      const expected = Array.from({ length: batch * channels }, (_, i) =>
        meanWhere(numbers, (at) => Math.floor(at / sample) === Math.floor(i / channels) && at % channels === i % channels),
      )
      expect(means.shape).toEqual([batch, channels])
      near(means.dataSync(), expected)
      tf.dispose([x, means])
    }),
    { seed: 5, numRuns: 25 },
  )
})

it('the mean of each sample', () => {
  fc.assert(
    fc.property(fc.nat(1000), shapes, (seed, shape: Sides) => {
      const x = noise(seed, [...shape])
      const [numbers, means] = [x.dataSync(), perSampleMean(x)]
      const sample = numbers.length / shape[0]
      near(
        means.dataSync(),
        Array.from({ length: shape[0] }, (_, i) => meanWhere(numbers, (at) => Math.floor(at / sample) === i)),
      )
      tf.dispose([x, means])
    }),
    { seed: 6, numRuns: 25 },
  )
})

it.each([Number.NaN, Infinity])('the mean of %d and others is not finite, and those of other channels and samples are', (odd) => {
  const numbers = new Float32Array(2 * 20 * 11 * 10).fill(0.5)
  numbers[137] = odd
  const x = tf.tensor4d(numbers, [2, 20, 11, 10])
  const [ofChannels, ofSamples] = [channelMean(x), perSampleMean(x)]
  expect(Array.from(ofChannels.dataSync(), Number.isFinite)).toEqual(Array.from({ length: 20 }, (_, i) => i !== 7))
  expect(Array.from(ofSamples.dataSync(), Number.isFinite)).toEqual([false, true])
  tf.dispose([x, ofChannels, ofSamples])
})
