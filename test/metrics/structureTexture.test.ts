/** DISTS’ structure and texture. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, pixels, structureTexture } from '../../src/index.js'
import { peakBytes } from '../../src/core/tensors/engine.js'
import { noise, plain } from '../support/images.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

const shape = [2, 4, 5, 3] as const
const [a, b] = [noise(41, shape), noise(42, shape)]
const numbersOf = (x: tf.Tensor4D) => x.arraySync().map((sample) => sample.flat())
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

it('is DISTS’ formula (in double precision, to 2e-6)', () => {
  const [alpha, beta] = [
    [0.1, 0.2, 0.3],
    [0.4, 0.5, 0.6],
  ]
  const byHand = average(
    numbersOf(a).map((sample, s) => {
      const channel = (c: number) => [sample.map((p) => p[c] ?? 0), (numbersOf(b)[s] ?? []).map((p) => p[c] ?? 0)] as const
      return [0, 1, 2].reduce((sum, c) => {
        const [x, y] = channel(c)
        const [mx, my] = [average(x), average(y)]
        const covariance = (u: readonly number[], v: readonly number[]) => average(u.map((value, i) => value * (v[i] ?? 0))) - average(u) * average(v)
        const l = (2 * mx * my + 1e-6) / (mx ** 2 + my ** 2 + 1e-6)
        const r = (2 * covariance(x, y) + 1e-6) / (covariance(x, x) + covariance(y, y) + 1e-6)
        return sum + (alpha[c] ?? 0) * (1 - l) + (beta[c] ?? 0) * (1 - r)
      }, 0)
    }),
  )
  expect(Math.abs(takeNumber(compile(structureTexture(pixels, { weights: { alpha, beta } }))(a, b)) / byHand - 1)).toBeLessThan(2e-6)
})

it('has a gradient that is finite on plain and identical pictures, and zero on these', () => {
  const f = compile(structureTexture(pixels))
  for (const picture of [plain(0, shape), plain(1, shape), a, plain(0.5, [1, 1, 1, 3])])
    expect(Math.max(...gradientOf((v) => f(picture, v), picture).map(Math.abs))).toBe(0)
  expect(gradientOf((v) => f(a, v), plain(0, shape)).every(Number.isFinite)).toBe(true)
})

it('has the gradient of the tape’s own operations', () => {
  const moments = (x: tf.Tensor) => tf.moments(x, [1, 2])
  const ours = gradientOf((v) => compile(structureTexture(pixels))(a, v), b)
  const theirs = gradientOf((v) => {
    const [x, y, d] = [moments(a), moments(v), moments(tf.sub(v, a))]
    const texture = tf.div(tf.square(tf.sub(x.mean, y.mean)), tf.add(tf.add(tf.square(x.mean), tf.square(y.mean)), 1e-6))
    const structure = tf.div(d.variance, tf.add(tf.add(x.variance, y.variance), 1e-6))
    return tf.mean(tf.sum(tf.div(tf.add(texture, structure), 6), 1))
  }, b)
  ours.forEach((v, i) => expect(v).toBeCloseTo(theirs[i] ?? Number.NaN, 6))
})

it('rejects features without positions, and weights of another number', () => {
  expect(() => structureTexture(pixels, { weights: { alpha: [1], beta: [-1] } })).toThrow(/beta/)
  expect(() => compile(structureTexture(pixels, { weights: 'dists.stage1' }))(a, b)).toThrow(
    /64 alphas and 64 betas, expected one per channel of the feature: 3/,
  )
})

it('frees each temporary tensor as large as a feature before the next', () => {
  const f = compile(structureTexture(pixels))
  const [x, y] = [noise(43, [1, 128, 128, 3]), noise(44, [1, 128, 128, 3])]
  f(x, y).dispose()
  // In pictures: the two centred ones, one op's temporaries and what a call of a loss holds are 9; with all temporaries until the end, 18.
  expect(peakBytes(() => f(x, y).dispose())).toBeLessThan(12 * 4 * x.size)
})
