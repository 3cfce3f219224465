/** The non-saturating loss: binary cross-entropy on logits. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, nonSaturating, pixels, type AdversarialOptions } from '../../src/index.js'
import { judges } from '../support/adversarial.js'
import { gradientOf, take } from '../support/tensors.js'

judges('nonSaturating')

const at = (x: number) => tf.fill([1, 1, 1, 3], x) as Tensor4D
const cost = (x: number, side: AdversarialOptions['side']) => take(compile(nonSaturating(pixels, { side })).perSample(at(0), at(x)))[0]

it('is log 2 at 0, and x where the label is wrong by far', () => {
  expect(cost(0, 'generator')).toBeCloseTo(Math.LN2, 6)
  expect(cost(-1e4, 'generator')).toBe(1e4)
  expect(cost(1e4, 'fake')).toBe(1e4)
  expect(cost(1e4, 'generator')).toBe(0)
})

it('keeps its digits where the label is right: e^-x, not 0', () => {
  // 1 + e^-12 in float32 has lost five of its seven digits.
  expect((cost(12, 'generator') ?? 0) / Math.log1p(Math.exp(-12))).toBeCloseTo(1, 5)
})

it('has the gradient σ(x) - label, which never vanishes where the label is wrong', () => {
  const slopeAt = (x: number, side: AdversarialOptions['side']) => gradientOf((v) => compile(nonSaturating(pixels, { side }))(at(0), v), at(x))[0]
  expect(slopeAt(-1e4, 'generator')).toBeCloseTo(-1 / 3, 6)
  expect(slopeAt(1e4, 'fake')).toBeCloseTo(1 / 3, 6)
  expect(slopeAt(0, 'real')).toBeCloseTo(-0.5 / 3, 6)
})
