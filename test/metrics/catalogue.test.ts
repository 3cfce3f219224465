/** Metrics, transforms and scores where peers have no number: gradients on every picture, invariances, closed forms, sizes, memory. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  blurred,
  compile,
  contextual,
  focalFrequency,
  gmsd,
  gram,
  haarPsi,
  highPassed,
  laplacianPyramid,
  laws,
  luma,
  mse,
  outOfRange,
  pixels,
  resized,
  scores,
  show,
  slicedWasserstein,
  sum,
  terms,
  type Feature,
  type Loss,
  type Target,
} from '../../src/index.js'
import { imagePairArbitrary } from '../../src/laws/index.js'
import { full, runs } from '../support/full.js'
import { noise, plain } from '../support/images.js'
import { gradientOf, leaked, take, takeNumber } from '../support/tensors.js'
import { peakBytes } from '../../src/core/tensors/engine.js'

type PixelLoss = Loss<never, Target>

const LOSSES: readonly (readonly [string, PixelLoss])[] = [
  ['gmsd', gmsd(pixels)],
  ['gmsd of each channel', gmsd(pixels, { channels: 'each' })],
  ['haarPsi', haarPsi(pixels)],
  ['haarPsi of each channel', haarPsi(pixels, { channels: 'each' })],
  ['contextual', contextual(pixels)],
  ["contextual, the authors' variant", contextual(pixels, { like: 'original' })],
  ['slicedWasserstein', slicedWasserstein(pixels, { directions: 5 })],
  ['focalFrequency', focalFrequency(pixels)],
  ['focalFrequency with logarithms', focalFrequency(pixels, { alpha: 2, logMatrix: true })],
  ['laplacianPyramid', laplacianPyramid()],
  ['outOfRange', outOfRange(pixels)],
  ['transforms', sum(mse(blurred(luma(pixels), { sigma: 2 })), mse(resized(highPassed(pixels), { scale: 0.6 })))],
]

describe.each(LOSSES)('%s', (name, loss) => {
  // One pixel has no deviation.
  const minSide = name.startsWith('gmsd') ? 3 : 1

  const f = compile(loss)

  it('has a finite gradient on every pair, of the smallest size too', () => {
    fc.assert(
      fc.property(imagePairArbitrary({ minSide, maxSide: 18, maxBatch: 2 }), ({ shape, reference, prediction }) => {
        const [a, b] = [tf.tensor4d(reference, [...shape]), tf.tensor4d(prediction, [...shape])]
        const gradient = gradientOf((x) => f(a, x), b)
        tf.dispose([a, b])
        return gradient.every(Number.isFinite)
      }),
      { numRuns: runs(40) },
    )
  })

  it('has a finite value and gradient where one pixel differs, and far outside of [0, 1]', () => {
    const shape = [1, 9, 10, 3] as const
    const spot = tf.tidy(() => tf.pad(tf.ones([1, 1, 1, 3]), [[0, 0], [4, 4], [3, 6], [0, 0]]) as Tensor4D) // prettier-ignore
    const pictures = [plain(0, shape), plain(1, shape), spot, tf.sub<Tensor4D>(1, spot), tf.mul<Tensor4D>(noise(1, shape), -1e3), plain(1e-20, shape)]
    for (const a of pictures)
      for (const b of pictures) {
        expect(Number.isFinite(takeNumber(f(a, b)))).toBe(true)
        expect(gradientOf((x) => f(a, x), b).every(Number.isFinite)).toBe(true)
      }
  })

  it('leaves no tensor behind', () => {
    const [a, b] = [noise(2, [2, 12, 8, 3]), noise(3, [2, 12, 8, 3])]
    expect(leaked(() => gradientOf((x) => f(a, x), b))).toBe(0)
  })

  it('gives each sample of a batch its own value', () => {
    const [a, b] = [noise(4, [3, 12, 9, 3]), tf.sub<Tensor4D>(tf.mul(noise(5, [3, 12, 9, 3]), 2), 0.5)]
    const each = take(f.perSample(a, b))
    const alone = tf.unstack(a).map((x, i) => takeNumber(f(tf.expandDims(x), tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1]))))
    each.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 5))
  })
})

const shuffled = (x: Tensor4D): Tensor4D => tf.reverse(tf.transpose(x, [0, 2, 1, 3]), 1)

describe('clouds of points', () => {
  it('slicedWasserstein does not see where points are, and is the mean squared shift of a shifted cloud over three', () => {
    const a = noise(6, [1, 8, 8, 3])
    const f = compile(slicedWasserstein(pixels, { directions: 512 }))
    expect(takeNumber(f(a, shuffled(a)))).toBeLessThan(1e-12)
    // A shift by s moves every projection by s . v, whose mean square over directions is |s|² / 3; 512 directions have it to about 8 %.
    expect(Math.abs(takeNumber(f(a, tf.add<Tensor4D>(a, 0.1))) / (0.03 / 3) - 1)).toBeLessThan(0.15)
  })

  it('contextual is near 0 for the points in another order, far from it for other points', () => {
    const a = noise(7, [1, 8, 8, 3])
    const f = compile(contextual(pixels, { bandwidth: 0.1 }))
    expect(takeNumber(f(a, shuffled(a)))).toBeLessThan(0.1)
    expect(takeNumber(f(a, noise(8, [1, 8, 8, 3])))).toBeGreaterThan(0.3)
  })

  it.runIf(full)('contextual takes 64 x 64 points in less than 256 MB, and 6400 in no more', () => {
    const peak = (side: number): number => {
      const [a, b] = [noise(9, [1, side, side, 3]), noise(10, [1, side, side, 3])]
      return peakBytes(() => {
        tf.tidy(() => tf.grad((x: Tensor) => compile(contextual(pixels))(a, x))(b))
      })
    }
    const [first, second] = [peak(64), peak(80)]
    expect(first).toBeLessThan(2 ** 28)
    expect(second).toBeLessThan(1.1 * first)
  })
})

describe('focalFrequency', () => {
  it('is the mean squared error with alpha 0 (Parseval), and no more than it otherwise', () => {
    const [a, b] = [noise(11, [1, 7, 10, 3]), noise(12, [1, 7, 10, 3])]
    const error = takeNumber(compile(mse(pixels))(a, b))
    expect(takeNumber(compile(focalFrequency(pixels, { alpha: 0 }))(a, b))).toBeCloseTo(error, 6)
    expect(takeNumber(compile(focalFrequency(pixels))(a, b))).toBeLessThan(error)
    expect(() => compile(focalFrequency(pixels, { patchFactor: 2 }))(a, b)).toThrow(/focalFrequency.*\[1, 7, 10, 3\].*multiples of the patch factor, 2/)
  })
})

describe('outOfRange', () => {
  it('is the mean distance to the interval, squared if asked', () => {
    const x = tf.tensor4d([-1, 0, 0.5, 1, 1.5, 3], [1, 1, 2, 3])
    expect(takeNumber(compile(outOfRange(pixels))(x, x))).toBeCloseTo((1 + 0.5 + 2) / 6, 6)
    expect(takeNumber(compile(outOfRange(pixels, { norm: 'l2Squared' }))(x, x))).toBeCloseTo((1 + 0.25 + 4) / 6, 6)
    expect(Array.from(gradientOf((v) => compile(outOfRange(pixels))(x, v), x)).map((v) => Math.round(v * 6) + 0)).toEqual([-1, 0, 0, 0, 1, 1])
    expect(takeNumber(compile(outOfRange(pixels, { min: 2, max: -1 }))(x, x))).toBeCloseTo(1 / 6, 6)
  })
})

const applied = (feature: Feature, x: Tensor4D): Tensor4D => (feature._tag === 'Transformed' ? feature.by.apply(applied(feature.of, x)) : x) as Tensor4D

describe('transforms', () => {
  const linear: readonly (readonly [string, Feature])[] = [
    ['luma', luma(pixels)],
    ['blurred', blurred(pixels, { sigma: 1.5 })],
    ['highPassed', highPassed(pixels, { sigma: 3 })],
    ['resized smaller', resized(pixels, { scale: 0.4 })],
    ['resized smaller without antialiasing', resized(pixels, { height: 3, width: 20, antialias: false })],
    ['resized larger', resized(pixels, { scale: 2.3 })],
  ]
  it.each(linear)('%s is linear, and its gradient its transpose: f(x) . y = x . f’(y)', (_name, feature) => {
    const x = noise(13, [2, 9, 7, 3])
    const value = applied(feature, x)
    const y = tf.sub<Tensor4D>(noise(14, value.shape), 0.5)
    const gradient = gradientOf((v) => tf.sum(tf.mul(applied(feature, v as Tensor4D), y)), x)
    const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((total, v, i) => total + v * (b[i] ?? Number.NaN), 0)
    expect(Math.abs(inner(value.dataSync(), y.dataSync()) - inner(x.dataSync(), gradient))).toBeLessThan(2e-5 * Math.sqrt(y.size))
  })

  it.each([
    ['blurred', blurred(pixels, { sigma: 9 }), 0.7],
    ['resized', resized(pixels, { scale: 0.37 }), 0.7],
    ['luma', luma(pixels), 0.7],
    ['highPassed', highPassed(pixels), 0],
  ] as const)('%s of a constant is %s', (_name, feature, expected) => {
    const values = take(applied(feature, plain(0.7, [1, 5, 8, 3])))
    values.forEach((value) => expect(Math.abs(value - expected)).toBeLessThan(1e-6))
  })

  it('have the shape that they say, and refuse what has none', () => {
    for (const [, feature] of linear) {
      if (feature._tag !== 'Transformed') continue
      expect(applied(feature, noise(15, [1, 9, 7, 3])).shape).toEqual(feature.by.shape([1, 9, 7, 3]))
      expect(feature.by.shape([1, 9])).toMatch(/\[batch, height, width/)
    }
    expect(() => blurred(pixels, { sigma: 1000 })).toThrow(/sigma: received 1000, expected a number from 0.05 to 100/)
    expect(() => resized(pixels, { height: 0 })).toThrow(/height: received 0, expected a whole number from 1 to 16384, or null/)
  })
})

describe('laplacianPyramid', () => {
  it('has one term per band and one for the residual, and prints as TypeScript', () => {
    expect(terms(laplacianPyramid({ levels: 2 }))).toHaveLength(3)
    expect(show(laplacianPyramid({ levels: 1, sigma: 2 }))).toBe(
      'sum(mae(highPassed(pixels, { sigma: 2 })), mae(resized(blurred(pixels, { sigma: 2 }), { scale: 0.5, antialias: false })))',
    )
    expect(laws(laplacianPyramid())).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, smooth: false })
  })
})

describe('scores', () => {
  it('are Infinity, 1 and 1 for identical pictures, whatever the range; a picture alone is a batch of one', async () => {
    const x = noise(16, [1, 161, 162, 3])
    const [bytes, alone] = [tf.mul<Tensor4D>(x, 255), tf.squeeze(x, [0])]
    expect(await scores.psnr(alone, alone)).toBe(Infinity)
    expect(await scores.ssim(bytes, bytes, { range: [0, 255] })).toBe(1)
    expect(await scores.msSsim(alone, x)).toBe(1)
    const y = noise(17, [1, 161, 162, 3])
    expect(await scores.psnr(bytes, tf.mul(y, 255), { range: [0, 255] })).toBeCloseTo(await scores.psnr(x, y), 4)
    expect(await scores.ssim(bytes, tf.mul(y, 255), { range: [0, 255], channels: 'luma' })).toBeCloseTo(await scores.ssim(x, y, { channels: 'luma' }), 5)
  })

  it('are means over a batch', async () => {
    const [x, y] = [noise(18, [2, 20, 21, 3]), noise(19, [2, 20, 21, 3])]
    const [first, second] = await Promise.all(
      [0, 1].map((i) => scores.ssim(tf.slice(x, [i, 0, 0, 0], [1, -1, -1, -1]), tf.slice(y, [i, 0, 0, 0], [1, -1, -1, -1]))),
    )
    expect(await scores.ssim(x, y)).toBeCloseTo(((first ?? 0) + (second ?? 0)) / 2, 6)
  })

  it('reject values that are not pictures', async () => {
    const x = noise(20, [1, 20, 21, 3])
    await expect(scores.psnr(x, tf.zeros([1, 20, 20, 3]))).rejects.toThrow(/cannot compare/)
    await expect(scores.ssim(tf.zeros([20, 21]), x)).rejects.toThrow(/expected a float32 tensor \[batch, height, width, 3\]/)
    await expect(scores.msSsim(x, x)).rejects.toThrow(/at least 161/)
  })
})

describe('products of matrices', () => {
  it('do not take pictures for what was made of them before: WASM keeps a prepared right factor by its data, whatever the shape', () => {
    const made = (): readonly [Tensor4D, Tensor4D] => [noise(5, [1, 12, 18, 3]), noise(6, [1, 12, 18, 3])]
    const f = compile(mse(resized(pixels, { scale: 0.5 })))
    const [a, b] = made()
    const alone = takeNumber(f(a, b))
    const [x, y] = made()
    takeNumber(compile(mse(gram(pixels)))(x, y))
    expect(takeNumber(f(x, y))).toBe(alone)
    tf.dispose([a, b, x, y])
  })
})
