/** MS-SSIM where peers have no number: finite gradients on every picture, sizes, batches. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, msSsim, pixels } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { value } from '../support/pixelLosses.js'
import { take, takeNumber } from '../support/tensors.js'
import { compareByWindows } from '../support/windowedMetrics.js'

compareByWindows('msSsim', msSsim(pixels, { window: 3 }), { minSide: 33, maxSide: 45 })
compareByWindows("msSsim with pytorch-msssim's margins", msSsim(pixels, { window: 3, like: 'pytorch-msssim' }), { minSide: 33, maxSide: 45 })
compareByWindows("msSsim with piq's margins", msSsim(pixels, { window: 3, like: 'piq' }), { minSide: 33, maxSide: 45 })

// Contrast is equal everywhere, so MS-SSIM is the coarsest luminance, whose closed form is 1 - (a - b)² / (a² + b² + C1), to the power of .1333.
it.each([1e-2, 1e-3, 1e-4])('keeps its digits on near pictures: constants %f apart (the closed form, to 1e-3)', (d) => {
  const [a, b] = [Math.fround(0.5), Math.fround(0.5 + d)]
  const luminance = (a - b) ** 2 / (a * a + b * b + 1e-4)
  const received = value(msSsim(pixels, { window: 3 }), plain(a, [1, 33, 34, 3]), plain(b, [1, 33, 34, 3]))
  expect(Math.abs(received / -Math.expm1(0.1333 * Math.log1p(-luminance)) - 1)).toBeLessThan(1e-3)
})

it('each sample of a batch has its own value', () => {
  const [a, b] = [noise(4, [3, 40, 35, 3]), noise(5, [3, 40, 35, 3])]
  const loss = msSsim(pixels, { window: 3 })
  const each = take(compile(loss).perSample(a, b))
  const alone = tf.unstack(a).map((x, i) => takeNumber(compile(loss)(tf.expandDims(x), tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1]))))
  each.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 6))
})
