/** CW-SSIM: pyiqa's numbers, and where it has none. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, cwSsim, pixels } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { isFiniteEverywhere } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

// pyiqa interpolates its filters in tables: 6e-6. The last digit decides to which of two steps a luma halfway between them is rounded, backend by backend: up to 1.1e-3 of the gradient of
// chelsea_blur, whose distance is 0.004. (pyiqa in double precision, with tables 64 times as fine: the same norm to 5e-7.)
agreesWith('pyiqa.cw_ssim', cwSsim(pixels), {
  of: (v) => 1 - v,
  value: 2e-5,
  gradient: 1e-3,
  rounded: { of: /chelsea_blur/, gradient: 2e-3 },
  without: /flat|black/,
})
isFiniteEverywhere('cwSsim', cwSsim(pixels), 64)

it('is 0 for two flat pictures, and has no slope where one is flat: its phases are undefined', () => {
  const f = compile(cwSsim(pixels))
  const [grey, black, picture] = [plain(0.3, [1, 64, 64, 3]), plain(0, [1, 64, 64, 3]), noise(2, [1, 64, 64, 3])]
  expect(takeNumber(f(grey, black))).toBe(0)
  expect(takeNumber(f(picture, grey))).toBeCloseTo(1, 5)
  const usual = Math.max(...gradientOf((x) => f(picture, x as typeof grey), noise(3, [1, 64, 64, 3])).map(Math.abs))
  for (const flat of [grey, black]) expect(Math.max(...gradientOf((x) => f(picture, x as typeof grey), flat).map(Math.abs))).toBeLessThan(1e-3 * usual)
})

it('of half the contrast is 0.2, whatever the picture', () => {
  const [x, f] = [noise(4, [1, 64, 64, 3]), compile(cwSsim(pixels, { channels: 'luma' }))]
  const half = tf.add<tf.Tensor4D>(tf.mul(x, 0.5), 0.25)
  // 1 - 2 (1/2) / (1 + 1/4), whatever the picture.
  expect(takeNumber(f(x, half))).toBeCloseTo(0.2, 4)
})

it('says which size its levels need', () => {
  const small = noise(1, [1, 63, 70, 3])
  expect(() => compile(cwSsim(pixels))(small, small)).toThrow(/both sides must be at least 64 for its four levels/)
})
