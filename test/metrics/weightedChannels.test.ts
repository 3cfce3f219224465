/** Squared differences weighted by channel: LPIPS’ heads. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, laws, pixels, show, unitNormalized, weightedChannels } from '../../src/index.js'
import { noise } from '../support/images.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

const shape = [2, 4, 5, 3] as const
const [a, b] = [noise(41, shape), noise(42, shape)]
const numbersOf = (x: tf.Tensor4D) => x.arraySync().map((sample) => sample.flat())
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const weights = [0.5, 0, 2]

it('is its definition (in double precision, to 2e-6)', () => {
  const [x, y] = [numbersOf(a), numbersOf(b)]
  const byHand = (w: readonly number[]) =>
    average(x.flatMap((sample, s) => sample.map((p, i) => p.reduce((sum, v, c) => sum + (w[c] ?? 0) * ((y[s]?.[i]?.[c] ?? 0) - v) ** 2, 0))))
  expect(Math.abs(takeNumber(compile(weightedChannels(pixels, { weights }))(a, b)) / byHand(weights) - 1)).toBeLessThan(2e-6)
  expect(Math.abs(takeNumber(compile(weightedChannels(pixels))(a, b)) / byHand([1, 1, 1]) - 1)).toBeLessThan(2e-6)
})

it('has the gradient of the tape’s own operations', () => {
  const ours = gradientOf((v) => compile(weightedChannels(pixels, { weights }))(a, v), b)
  const theirs = gradientOf((v) => tf.mean(tf.sum(tf.mul(tf.square(tf.sub(v, a)), weights), -1)), b)
  ours.forEach((v, i) => expect(v).toBeCloseTo(theirs[i] ?? Number.NaN, 7))
})

it('prints its head by name, and knows its range', () => {
  expect(show(weightedChannels(pixels, { weights: 'lpips.vgg.lin0' }))).toBe("weightedChannels(pixels, { weights: 'lpips.vgg.lin0' })")
  expect(laws(weightedChannels(unitNormalized(pixels), { weights })).range).toEqual([0, 10])
})

it('rejects weights of another number than the channels, and negative ones', () => {
  expect(() => compile(weightedChannels(pixels, { weights: 'lpips.vgg.lin0' }))(a, b)).toThrow(
    /'lpips.vgg.lin0' has 64 weights, expected one per channel of the feature: 3/,
  )
  expect(() => weightedChannels(pixels, { weights: [1, -1, 1] })).toThrow(/weights.*a list of numbers from 0 to 1e18/)
  expect(() => weightedChannels(pixels, { weights: 'lpips.vgg.lin9' as never })).toThrow(/weights/)
})
