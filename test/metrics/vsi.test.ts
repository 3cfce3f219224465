/** VSI: piq's numbers, and what a picture of one colour has. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, pixels, vsi } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { isFiniteEverywhere, value } from '../support/pixelLosses.js'
import { agreesWith } from '../support/rankers.js'
import { gradientOf } from '../support/tensors.js'

agreesWith('piq.vsi', vsi(pixels), { of: (v) => 1 - v, value: 1e-4, gradient: 1e-3 })

/** What holds at any side is tested at a small one. */
const small = vsi(pixels, { saliencySide: 24 })
isFiniteEverywhere('vsi', small)

it('a saliency of half the side is near that of the whole', () => {
  const [a, b] = [noise(1, [1, 40, 48, 3]), noise(2, [1, 40, 48, 3])]
  const whole = value(vsi(pixels), a, b)
  expect(Math.abs(value(vsi(pixels, { saliencySide: 128 }), a, b) - whole)).toBeLessThan(0.05 * whole)
  expect(() => vsi(pixels, { saliencySide: 8 })).toThrow(/a whole number from 16 to 256/)
})

const colour = (rgb: readonly number[]): Tensor4D => tf.tile(tf.tensor4d([...rgb], [1, 1, 1, 3]), [1, 20, 24, 1])

it('a picture of one colour has no saliency, and no gradient of rounding: inside, all positions have the same', () => {
  const f = compile(small)
  const gradient = tf.tensor4d(
    gradientOf((x) => f(colour([0.8, 0.3, 0.2]), x), colour([0.3, 0.5, 0.2])),
    [1, 20, 24, 3],
  )
  const inside = tf.slice(gradient, [0, 3, 3, 0], [1, 14, 18, 3])
  const range = tf.sub(tf.max(inside, [1, 2]), tf.min(inside, [1, 2])).dataSync()
  const size = tf.max(tf.abs(inside)).dataSync()[0] ?? 0
  expect(size).toBeGreaterThan(1e-6)
  expect(Math.max(...range)).toBeLessThan(1e-4 * size)
})

it('two colours without anything salient differ by their chroma', () => {
  const [red, green] = [colour([0.8, 0.3, 0.2]), colour([0.3, 0.5, 0.2])]
  expect(value(small, red, red)).toBe(0)
  // (s_M s_N)^0.02 by hand: M is 46.41 and 9.69, N 29.5 and -32.9 (in 0 .. 255), s_M 0.446, s_N -0.874.
  const inside = 1 - 0.3899 ** 0.02 * Math.cos(Math.PI * 0.02)
  expect(Math.abs(value(small, red, green) - inside)).toBeLessThan(0.02)
  expect(value(small, noise(1, [1, 8, 9, 3]), plain(0.9, [1, 8, 9, 3]))).toBeGreaterThan(0.1)
})
