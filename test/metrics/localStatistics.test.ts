/** Local statistics: the mean squared error at sigma 1, textures at larger sigmas, maps of sigma. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compile, encode, explain, localStatistics, lossEq, mse, pixels, resized, show, tryDecode, type Loss, type Target } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { isFiniteEverywhere, value } from '../support/pixelLosses.js'
import { gradientOf, take, takeNumber } from '../support/tensors.js'

isFiniteEverywhere('localStatistics', localStatistics(pixels, { log2Sigma: 3 }))

const shape = [2, 12, 18, 3] as const
const [a, b] = [noise(31, shape), noise(32, shape)]

/** One picture of one channel as rows of numbers. */
type Rows = readonly (readonly number[])[]

const at = (x: Rows, i: number, j: number): number => x[i]?.[j] ?? 0
const map = (x: Rows, f: (v: number, i: number, j: number) => number): Rows => x.map((row, i) => row.map((v, j) => f(v, i, j)))
const low = (x: Rows): Rows =>
  map(x, (_, i, j) =>
    [-1, 0, 1].reduce((sum, r) => sum + [-1, 0, 1].reduce((s, c) => s + ((2 - Math.abs(r)) * (2 - Math.abs(c)) * at(x, i + r, j + c)) / 16, 0), 0),
  )
const half = (x: Rows): Rows => x.filter((_, i) => i % 2 === 0).map((row) => row.filter((_, j) => j % 2 === 0))

/** The authors' definition in double precision, of one channel: means of values and squares, and a map of log2 sigma. */
const definition = (x: Rows, y: Rows, log2Sigma: Rows): number => {
  const mean = (of: Rows): number => of.flat().reduce((sum, v) => sum + v, 0) / of.flat().length
  const weighted = (of: Rows, sigma: Rows, level: number): number => mean(map(of, (v, i, j) => v * Math.max(0, 1 - Math.abs(at(sigma, i, j) - level))))
  let [total, sigma] = [weighted(map(x, (v, i, j) => (v - at(y, i, j)) ** 2), log2Sigma, 0), log2Sigma] // prettier-ignore
  let pair = [x, y].map((of) => ({ means: of, squares: map(of, (v) => v * v) }))
  for (let level = 1; level <= 5; level++) {
    const wide = pair.map(({ means, squares }) => ({ means: low(means), squares: low(squares) }))
    const deviation = ({ means, squares }: { readonly means: Rows; readonly squares: Rows }): Rows =>
      map(means, (m, i, j) => Math.sqrt(Math.max(1e-8, at(squares, i, j) - m * m)))
    const [one = wide[0]!, other = wide[0]!] = wide
    const [s, t] = [deviation(one), deviation(other)]
    total += weighted(
      map(one.means, (m, i, j) => (m - at(other.means, i, j)) ** 2 + (at(s, i, j) - at(t, i, j)) ** 2),
      sigma,
      level,
    )
    sigma = half(low(sigma))
    pair = wide.map(({ means, squares }) => ({ means: half(means), squares: half(squares) }))
  }
  return total
}

const rowsOf = (x: Tensor4D, sample: number, channel: number): Rows => {
  const [, high, wide, channels] = x.shape
  return Array.from({ length: high }, (_, i) =>
    Array.from({ length: wide }, (_v, j) => x.dataSync()[((sample * high + i) * wide + j) * channels + channel] ?? 0),
  )
}

describe('localStatistics', () => {
  const sigmas = tf.tidy(() => tf.mul<Tensor4D>(noise(33, [1, 12, 18, 1]), 5))
  const expected = (sigma: (sample: number) => Rows): number =>
    [0, 1]
      .flatMap((sample) => [0, 1, 2].map((channel) => definition(rowsOf(a, sample, channel), rowsOf(b, sample, channel), sigma(sample))))
      .reduce((sum, v) => sum + v / 6, 0)

  it.each([0.3, 1, 2.5, 5])('is the authors’ definition, in double precision, at log2 sigma %f', (log2Sigma) => {
    expect(value(localStatistics(pixels, { log2Sigma }), a, b) / expected(() => rowsOf(plain(log2Sigma, [1, 12, 18, 1]), 0, 0))).toBeCloseTo(1, 5)
  })

  it('is the same with a map of log2 sigma, one per picture or one for all', () => {
    const f = compile(localStatistics(pixels, { log2Sigma: 'sigma' }))
    expectTypeOf(localStatistics(pixels, { log2Sigma: 'sigma' })).toExtend<Loss<never, Target | 'sigma'>>()
    expectTypeOf(localStatistics(pixels, { log2Sigma: 2 })).toExtend<Loss<never, Target>>()
    expect(f.needs.masks).toEqual(['sigma'])
    expect(takeNumber(f({ target: a, sigma: sigmas }, b)) / expected(() => rowsOf(sigmas, 0, 0))).toBeCloseTo(1, 5)
    const prepared = f.prepare({ target: a, sigma: tf.tile(sigmas, [2, 1, 1, 1]) })
    expect(takeNumber(prepared(b)) / expected(() => rowsOf(sigmas, 0, 0))).toBeCloseTo(1, 5)
    expect(take(prepared.heatmap(b)).every((heat) => heat >= 0)).toBe(true)
    prepared.dispose()
  })

  it('is the mean squared error at sigma 1, and that of smaller features at smaller sigmas', () => {
    // The order of the sums differs.
    expect(value(localStatistics(pixels, { log2Sigma: 0 }), a, b)).toBeCloseTo(value(mse(pixels), a, b), 6)
    const small = resized(pixels, { scale: 0.5 })
    expect(value(localStatistics(small, { log2Sigma: 1 }), a, b)).toBeCloseTo(value(mse(small), a, b), 6)
    const ones = plain(1, [1, 12, 18, 1])
    expect(takeNumber(compile(localStatistics(small, { log2Sigma: 'sigma' }))({ target: a, sigma: ones }, b))).toBeCloseTo(value(mse(small), a, b), 6)
  })

  it('is zero, with a zero gradient, on identical pictures, plain ones too', () => {
    const f = compile(localStatistics(pixels))
    for (const picture of [a, plain(0, shape), plain(0.7, shape)]) {
      // The native backend rounds some of a row's values in another way, so the levels of equal pictures may be one rounding apart.
      expect(takeNumber(f(picture, picture))).toBeCloseTo(0, 10)
      expect(Math.max(...gradientOf((x) => f(picture, x), picture).map(Math.abs))).toBeCloseTo(0, 10)
    }
  })

  it('says what is wrong with a map or a sigma', () => {
    const f = compile(localStatistics(pixels, { log2Sigma: 'sigma' }), { checked: true })
    expect(() => f({ target: a } as never, b)).toThrow(/needs the mask 'sigma'/)
    expect(() => f({ target: a, sigma: tf.fill([1, 12, 18, 1], 7) }, b)).toThrow(/'sigma'.*values such as 7.*values from 0 to 5/)
    expect(() => f({ target: a, sigma: tf.zeros([1, 6, 9, 1]) }, b)).toThrow(/'sigma'.*\[1, 6, 9, 1\].*the prediction's size/)
    expect(() => localStatistics(pixels, { log2Sigma: 6 })).toThrow(/log2Sigma: received 6, expected a number from 0 to 5, or the name of a map/)
    expect(() => compile(localStatistics(pixels), { memory: '64MiB' })).toThrow(/localStatistics compares statistics at several scales/)
  })

  it('round-trips through JSON, and has a cost', async () => {
    const loss = localStatistics(pixels, { log2Sigma: 'sigma' })
    const decoded = tryDecode(JSON.parse(JSON.stringify(encode(loss))))
    expect(E.isRight(decoded) && lossEq.equals(decoded.right, loss)).toBe(true)
    expect(show(loss)).toBe("localStatistics(pixels, { log2Sigma: 'sigma' })")
    expect((await explain(localStatistics(pixels), { shape: [1, 16, 16, 3] })).flops.prepared).toBeGreaterThan(16 * 16 * 3 * 50)
  })
})
