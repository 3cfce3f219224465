/** SSIM where peers have no number: finite gradients on every picture, sizes, batches, channels. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, pixels, ssim } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { value } from '../support/pixelLosses.js'
import { take, takeNumber } from '../support/tensors.js'
import { compareByWindows } from '../support/windowedMetrics.js'

compareByWindows('ssim', ssim(pixels), { minSide: 11, maxSide: 24 })
compareByWindows('ssim of luma', ssim(pixels, { channels: 'luma' }), { minSide: 11, maxSide: 24 })
compareByWindows('ssim, mirrored at the edges', ssim(pixels, { padding: 'reflect' }), { minSide: 6, maxSide: 24 })

// Both ways round: the closed form of two constants a and b is 1 - (2 a b + C1) / (a² + b² + C1) = (a - b)² / (a² + b² + C1).
it.each([1e-2, 1e-3, 1e-4])('keeps its digits on near pictures: constants %f apart (the closed form, to 1e-3)', (d) => {
  const [a, b] = [Math.fround(0.5), Math.fround(0.5 + d)]
  const expected = (a - b) ** 2 / (a * a + b * b + 1e-4)
  expect(Math.abs(value(ssim(pixels), plain(a, [1, 33, 34, 3]), plain(b, [1, 33, 34, 3])) / expected - 1)).toBeLessThan(1e-3)
})

it('each sample of a batch has its own value', () => {
  const [a, b] = [noise(4, [3, 40, 35, 3]), noise(5, [3, 40, 35, 3])]
  const loss = ssim(pixels)
  const each = take(compile(loss).perSample(a, b))
  const alone = tf.unstack(a).map((x, i) => takeNumber(compile(loss)(tf.expandDims(x), tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1]))))
  each.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 6))
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
