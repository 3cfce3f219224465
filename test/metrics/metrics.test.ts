/**
 * Metrics, regularizers and transforms against values worked out by hand, by the definition in double precision, or published by peers.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import {
  charbonnier,
  compile,
  cosine,
  gram,
  huber,
  mae,
  mse,
  pixels,
  squaredFrobenius,
  totalVariation,
  unitNormalized,
  type Feature,
  type Loss,
} from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { gradientOf, take, takeNumber } from '../support/tensors.js'

const value = (loss: Loss<never, string>, a: Tensor4D, b: Tensor4D): number => takeNumber(compile(loss)(a, b))

/** What a transform makes of a tensor: read off a regularizer-free route, the definition's own function. */
const applied = (feature: Feature, x: Tensor): Tensor => {
  if (feature._tag !== 'Transformed') return x
  return feature.by.apply(applied(feature.of, x))
}

const shape = [2, 5, 7, 3] as const
const [n, m] = [5 * 7 * 3, 5 * 7]

/** The mean over the batch of a function of each sample's numbers, in double precision. */
const byHand = (a: Tensor4D, b: Tensor4D, sample: (x: readonly number[], y: readonly number[]) => number): number => {
  const [x, y] = [Array.from(a.dataSync()), Array.from(b.dataSync())]
  const each = [0, 1].map((i) => sample(x.slice(i * n, (i + 1) * n), y.slice(i * n, (i + 1) * n)))
  return each.reduce((s, v) => s + v, 0) / each.length
}
const meanOf = (f: (d: number) => number) => (x: readonly number[], y: readonly number[]) => x.reduce((s, v, i) => s + f((y[i] ?? 0) - v), 0) / x.length

describe('metrics are their definitions (in double precision, to 2e-6)', () => {
  const cases: readonly (readonly [string, Loss<never, string>, (x: readonly number[], y: readonly number[]) => number])[] = [
    ['mse', mse(pixels), meanOf((d) => d * d)],
    ['mae', mae(pixels), meanOf(Math.abs)],
    ['charbonnier', charbonnier(pixels), meanOf((d) => Math.sqrt(d * d + 1e-12))],
    ['charbonnier, epsilon', charbonnier(pixels, { epsilon: 0.3 }), meanOf((d) => Math.hypot(d, 0.3))],
    ['charbonnier, from zero', charbonnier(pixels, { epsilon: 0.3, fromZero: true }), meanOf((d) => Math.hypot(d, 0.3) - 0.3)],
    ['huber', huber(pixels, { delta: 0.2 }), meanOf((d) => (Math.abs(d) <= 0.2 ? (d * d) / 2 : 0.2 * (Math.abs(d) - 0.1)))],
    ['squaredFrobenius', squaredFrobenius(pixels), (x, y) => n * meanOf((d) => d * d)(x, y)],
    [
      'cosine',
      cosine(pixels),
      (x, y) => {
        let total = 0
        for (let p = 0; p < m; p++) {
          const [u, v] = [x.slice(3 * p, 3 * p + 3), y.slice(3 * p, 3 * p + 3)]
          const dot = u.reduce((s, w, i) => s + w * (v[i] ?? 0), 0)
          total += 1 - dot / (Math.hypot(...u) * Math.hypot(...v))
        }
        return total / m
      },
    ],
  ]
  it.each(cases)('%s', (_name, loss, sample) => {
    const [a, b] = [noise(21, shape), noise(22, shape)]
    const expected = byHand(a, b, sample)
    expect(Math.abs(value(loss, a, b) / expected - 1)).toBeLessThan(2e-6)
  })
})

describe('published values', () => {
  it('Charbonnier(1, 0) in kornia’s form is .41421356', () => {
    expect(value(charbonnier(pixels, { epsilon: 1, fromZero: true }), plain(0, [1, 3, 3, 3]), plain(1, [1, 3, 3, 3]))).toBeCloseTo(0.41421356, 6)
  })

  it('the Gram of ones 100 x 100 is 10000, and 1 over its positions (pystiche)', () => {
    const ones = tf.ones([1, 100, 100, 1])
    expect(takeNumber(applied(gram(pixels, { normalize: 'none' }), ones))).toBe(10_000)
    expect(takeNumber(applied(gram(pixels, { normalize: 'positions' }), ones))).toBe(1)
    expect(takeNumber(applied(gram(pixels), tf.ones([1, 10, 10, 4])).sum())).toBeCloseTo(16 / 4, 6)
  })

  it('the total variation of a checkerboard is 2 (pystiche: squared differences, means of both directions)', () => {
    const board = tf.tidy(() =>
      tf.tensor4d(
        Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3 / 8) + (Math.floor(i / 3) % 8)) % 2),
        [1, 8, 8, 3],
      ),
    )
    expect(value(totalVariation(pixels, { norm: 'l2Squared' }), board, board)).toBeCloseTo(2, 6)
    expect(value(totalVariation(pixels), board, board)).toBeCloseTo(2, 6)
  })

  it('the L1 total variation of eye(10) is 36 (piq), in each of three channels', () => {
    const eye = tf.tidy(() => tf.tile(tf.reshape(tf.eye(10), [1, 10, 10, 1]), [1, 1, 1, 3]) as Tensor4D)
    expect(value(totalVariation(pixels, { norm: 'l1', reduction: 'sum' }), eye, eye)).toBeCloseTo(3 * 36, 4)
  })
})

describe('gram', () => {
  it('is Fᵀ F of each sample, by the definition', () => {
    const x = noise(23, [2, 3, 4, 3])
    const numbers = x.arraySync()
    const grams = applied(gram(pixels, { normalize: 'none' }), x) as tf.Tensor3D
    const expected = numbers.map((sample) => {
      const positions = sample.flat()
      return [0, 1, 2].map((i) => [0, 1, 2].map((j) => positions.reduce((s, p) => s + (p[i] ?? 0) * (p[j] ?? 0), 0)))
    })
    const received = grams.arraySync()
    expected.forEach((g, s) => g.forEach((row, i) => row.forEach((v, j) => expect(received[s]?.[i]?.[j]).toBeCloseTo(v, 5))))
  })

  it('has the gradient of the tape’s own matrix product', () => {
    const x = noise(24, [2, 3, 4, 3])
    const weights = noise(25, [2, 3, 3, 1]).reshape([2, 3, 3])
    const ours = gradientOf((v) => tf.sum(tf.mul(applied(gram(pixels, { normalize: 'positions' }), v), weights)), x)
    const theirs = gradientOf((v) => {
      const f = tf.reshape(v, [2, 12, 3])
      return tf.sum(tf.mul(tf.div(tf.matMul(f, f, true), 12), weights))
    }, x)
    ours.forEach((v, i) => expect(v).toBeCloseTo(theirs[i] ?? Number.NaN, 5))
  })

  it('rejects features without positions and channels', () => {
    expect(() => compile(mse(gram(gram(pixels))))(noise(1, [1, 4, 4, 3]), noise(2, [1, 4, 4, 3]))).toThrow(
      /gram.*shape \[1, 3, 3\].*needs a feature \[batch, height, width, channels\]/,
    )
  })
})

describe('unitNormalized', () => {
  it('makes unit vectors, and leaves zeros zeros with a zero gradient', () => {
    const x = tf.tensor4d([3, 4, 0, 0, 0, 0], [1, 1, 2, 3])
    const unit = applied(unitNormalized(pixels), x)
    expect(Array.from(take(unit)).map((v) => Math.round(v * 1e6) / 1e6)).toEqual([0.6, 0.8, 0, 0, 0, 0])
    const gradient = gradientOf((v) => tf.sum(applied(unitNormalized(pixels), v)), x)
    // d(u . 1)/dx = (1 - u (u . 1)) / |x| for u = (.6, .8, 0).
    const expected = [(1 - 0.6 * 1.4) / 5, (1 - 0.8 * 1.4) / 5, 1 / 5, 0, 0, 0]
    gradient.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 6))
  })
})

describe('gradients at the corners of curves', () => {
  const x = plain(0.5, [1, 4, 4, 3])
  it.each<readonly [string, Loss<never, string>]>([
    ['mae', mae(pixels)],
    ['charbonnier', charbonnier(pixels)],
    ['cosine', cosine(pixels)],
    ['totalVariation l1', totalVariation(pixels)],
    ['totalVariation l2', totalVariation(pixels, { norm: 'l2' })],
    ['cosine of unit vectors', cosine(unitNormalized(pixels))],
  ])('%s is 0 on identical pictures of one colour, black ones too', (_name, loss) => {
    for (const picture of [x, plain(0, [1, 4, 4, 3]), plain(1, [1, 1, 1, 3]), plain(0, [1, 1, 5, 3])])
      expect(Math.max(...gradientOf((v) => compile(loss)(picture, v), picture).map(Math.abs))).toBe(0)
  })

  it('total variation of one row or one pixel is that of what it has', () => {
    const row = tf.tensor4d([0, 0, 0, 1, 1, 1], [1, 1, 2, 3])
    expect(value(totalVariation(pixels), row, row)).toBe(1)
    expect(value(totalVariation(pixels), plain(1, [1, 1, 1, 3]), plain(1, [1, 1, 1, 3]))).toBe(0)
  })
})
