/** SSIM and MS-SSIM where peers have no number: finite gradients on every picture, sizes, batches, channels. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, msSsim, pixels, ssim, type Loss, type Target } from '../../src/index.js'
import { imagePairArbitrary } from '../../src/laws/index.js'
import { runs } from '../support/full.js'
import { noise, plain } from '../support/images.js'
import { gradientOf, take, takeNumber } from '../support/tensors.js'

const LOSSES: readonly (readonly [string, Loss<never, Target>, { readonly minSide: number; readonly maxSide: number }])[] = [
  ['ssim', ssim(pixels), { minSide: 11, maxSide: 24 }],
  ['ssim of luma', ssim(pixels, { channels: 'luma' }), { minSide: 11, maxSide: 24 }],
  ['ssim, mirrored at the edges', ssim(pixels, { padding: 'reflect' }), { minSide: 6, maxSide: 24 }],
  ['msSsim', msSsim(pixels, { window: 3 }), { minSide: 33, maxSide: 45 }],
  ["msSsim with pytorch-msssim's margins", msSsim(pixels, { window: 3, like: 'pytorch-msssim' }), { minSide: 33, maxSide: 45 }],
  ["msSsim with piq's margins", msSsim(pixels, { window: 3, like: 'piq' }), { minSide: 33, maxSide: 45 }],
]

describe.each(LOSSES)('%s', (_name, loss, sides) => {
  const f = compile(loss)

  it('has a finite gradient on every pair', () => {
    fc.assert(
      fc.property(imagePairArbitrary({ ...sides, maxBatch: 2 }), ({ shape, reference, prediction }) => {
        const [a, b] = [tf.tensor4d(reference, [...shape]), tf.tensor4d(prediction, [...shape])]
        const gradient = gradientOf((x) => f(a, x), b)
        tf.dispose([a, b])
        return gradient.every(Number.isFinite)
      }),
      { numRuns: runs(40) },
    )
  })

  it('has a finite gradient where one pixel differs, and far outside of [0, 1]; its value stays in the range there', () => {
    const side = sides.minSide
    const shape = [1, side, side + 1, 3] as const
    const spot = tf.tidy(() => tf.pad(tf.ones([1, 1, 1, 3]), [[0, 0], [2, side - 3], [3, side - 3], [0, 0]]) as Tensor4D) // prettier-ignore
    const pictures = [plain(0, shape), plain(1, shape), spot, tf.sub<Tensor4D>(1, spot), plain(1e3, shape), tf.mul<Tensor4D>(noise(1, shape), -1e3)]
    for (const a of pictures)
      for (const b of pictures) {
        const value = takeNumber(f(a, b))
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(2)
        expect(gradientOf((x) => f(a, x), b).every(Number.isFinite)).toBe(true)
      }
  })

  it('is exactly 0 on identical pictures, with a gradient of 0', () => {
    for (const a of [noise(2, [2, 45, 44, 3]), plain(0, [1, 45, 44, 3]), plain(0.7, [1, 45, 44, 3])]) {
      expect(takeNumber(f(a, a))).toBe(0)
      expect(Math.max(...gradientOf((x) => f(a, x), a).map(Math.abs))).toBe(0)
    }
  })

  it('rejects features smaller than its windows', () => {
    const small = plain(0, [1, sides.minSide - 1, 50, 3])
    expect(() => f(small, small)).toThrow(new RegExp(`both sides must be at least ${String(sides.minSide)}`))
    const [smallest, lessHigh] = [plain(0, [1, sides.minSide, sides.minSide, 3]), noise(3, [1, sides.minSide, sides.minSide + 1, 3])]
    expect(takeNumber(f(smallest, smallest))).toBe(0)
    expect(takeNumber(f(lessHigh, plain(0, lessHigh.shape)))).toBeGreaterThan(0)
  })
})

describe('near pictures', () => {
  // Both ways round: the closed form of two constants a and b is 1 - (2 a b + C1) / (a² + b² + C1) = (a - b)² / (a² + b² + C1).
  it.each([1e-2, 1e-3, 1e-4])('keep their digits: constants %f apart (the closed form, to 1e-3)', (d) => {
    const [a, b] = [Math.fround(0.5), Math.fround(0.5 + d)]
    const expected = (a - b) ** 2 / (a * a + b * b + 1e-4)
    const shape = [1, 33, 34, 3] as const
    expect(Math.abs(takeNumber(compile(ssim(pixels))(plain(a, shape), plain(b, shape))) / expected - 1)).toBeLessThan(1e-3)
    // Contrast is equal everywhere, so MS-SSIM is the coarsest luminance to the power of .1333.
    const scales = takeNumber(compile(msSsim(pixels, { window: 3 }))(plain(a, shape), plain(b, shape)))
    expect(Math.abs(scales / -Math.expm1(0.1333 * Math.log1p(-expected)) - 1)).toBeLessThan(1e-3)
  })
})

it('each sample of a batch has its own value', () => {
  const [a, b] = [noise(4, [3, 40, 35, 3]), noise(5, [3, 40, 35, 3])]
  for (const loss of [ssim(pixels), msSsim(pixels, { window: 3 })]) {
    const each = take(compile(loss).perSample(a, b))
    const alone = tf.unstack(a).map((x, i) => takeNumber(compile(loss)(tf.expandDims(x), tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1]))))
    each.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 6))
  }
})

it('an even window is centred between positions, and only RGB has a luma', () => {
  const [a, b] = [noise(6, [1, 8, 9, 3]), noise(7, [1, 8, 9, 3])]
  const turned = (x: Tensor4D): Tensor4D => tf.reverse(x, [1, 2])
  const f = compile(ssim(pixels, { window: 4 }))
  expect(takeNumber(f(a, b))).toBeCloseTo(takeNumber(f(turned(a), turned(b))), 5)
  expect(ssim(pixels, { channels: 'luma' }).metric.accepts([1, 20, 20, 4])).toMatch(/red, green and blue/)
  expect(ssim(pixels).metric.accepts([1, 20, 20])).toMatch(/\[batch, height, width, channels\]/)
  expect(() => ssim(pixels, { window: 2.5 })).toThrow(/window: received 2.5, expected a whole number from 1 to 255/)
})
