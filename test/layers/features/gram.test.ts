/** Gram matrices. */
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, featureAt, fromLayersModel, gram, mse, pixels } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { applied } from '../../support/pixelLosses.js'
import { gradientOf, takeNumber } from '../../support/tensors.js'

it('the Gram of ones 100 x 100 is 10000, and 1 over its positions (pystiche)', () => {
  const ones = tf.ones([1, 100, 100, 1])
  expect(takeNumber(applied(gram(pixels, { normalize: 'none' }), ones))).toBe(10_000)
  expect(takeNumber(applied(gram(pixels, { normalize: 'positions' }), ones))).toBe(1)
  expect(takeNumber(applied(gram(pixels), tf.ones([1, 10, 10, 4])).sum())).toBeCloseTo(16 / 4, 6)
})

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

it('takes tokens [batch, tokens, channels] as it takes positions', () => {
  const model = tf.sequential({ layers: [tf.layers.reshape({ inputShape: [4, 4, 3], targetShape: [16, 3], name: 'tokens' })] })
  const [a, b] = [noise(1, [2, 4, 4, 3]), noise(2, [2, 4, 4, 3])]
  const ofTokens = compile(mse(gram(featureAt('tokens'))), fromLayersModel(model, { layers: ['tokens'] }))
  expect(takeNumber(ofTokens(a, b))).toBeCloseTo(takeNumber(compile(mse(gram(pixels)))(a, b)), 7)
})
