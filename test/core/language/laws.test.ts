/**
 * The inferred laws: what holds for which loss, and that they are tight, neither too weak nor too strong.
 *
 * For each built-in and each law: where it is claimed, no probe breaks it; where it is not, a probe does.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  against,
  charbonnier,
  compile,
  cosine,
  discriminator,
  featureAt,
  gram,
  hinge,
  huber,
  johnsonStyle,
  laws,
  leastSquares,
  mae,
  msSsim,
  mse,
  named,
  nonSaturating,
  perceptual,
  pixels,
  relativistic,
  squaredFrobenius,
  ssim,
  sum,
  totalVariation,
  unitNormalized,
  wasserstein,
  weighted,
  type LawName,
  type Laws,
  type Loss,
} from '../../../src/index.js'
import { noise, plain } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, norm, takeNumber } from '../../support/tensors.js'

type F = (a: Tensor4D, b: Tensor4D) => number
type Gradient = (a: Tensor4D, b: Tensor4D) => Float32Array

const SHAPE = [1, 4, 5, 3] as const
const LAWS: readonly LawName[] = ['symmetric', 'zeroOnIdentity', 'triangle', 'nonNegative', 'bounded', 'smooth']

/** Pictures, and tensors that no picture is: laws speak of all finite values. */
const probes = () => [
  noise(1, SHAPE),
  noise(2, SHAPE),
  plain(0, SHAPE),
  plain(0.5, SHAPE),
  tf.mul<Tensor4D>(noise(3, SHAPE), 1e3),
  tf.mul<Tensor4D>(noise(4, SHAPE), -1e3),
  tf.neg(noise(1, SHAPE)),
  tf.div<Tensor4D>(tf.add(noise(1, SHAPE), noise(2, SHAPE)), 2),
]

const BOUND = 100

/** Whether no probe breaks a law. */
const observed = (f: F, gradient: Gradient): Readonly<Record<LawName, boolean>> => {
  const all = probes()
  const pairs = all.flatMap((a) => all.map((b) => [a, b] as const))
  const values = pairs.map(([a, b]) => f(a, b))
  const close = (x: number, y: number) => Math.abs(x - y) <= 1e-4 * Math.max(Math.abs(x), Math.abs(y), 1e-6)
  return {
    symmetric: pairs.every(([a, b], i) => close(values[i] ?? 0, f(b, a))),
    zeroOnIdentity: all.every((a) => f(a, a) === 0),
    triangle: obeysTriangle(values, all.length),
    nonNegative: values.every((value) => value >= 0),
    bounded: values.every((value) => Math.abs(value) < BOUND),
    smooth: !hasJump(gradient),
  }
}

/** Whether f(a, b) <= f(a, c) + f(c, b) for all of n probes, from the values of all pairs. */
const obeysTriangle = (values: readonly number[], n: number): boolean => {
  const at = (i: number, j: number): number => values[i * n + j] ?? Number.NaN
  const all = Array.from({ length: n }, (_, i) => i)
  const rounding = (...terms: readonly number[]): number => 1e-5 * terms.reduce((total, value) => total + Math.abs(value), 1e-6)
  return all.every((a) => all.every((b) => all.every((c) => at(a, b) <= at(a, c) + at(c, b) + rounding(at(a, b), at(a, c), at(c, b)))))
}

/**
 * Whether the gradient jumps between two predictions: halve the way between them, on the side where the gradient changes more, until they are 2^-13 apart. A
 * continuous gradient then differs by about 2^-13 of what it did; over a jump it still differs.
 */
const hasJump = (gradient: Gradient): boolean => {
  const target = plain(0.5, SHAPE)
  const ways: readonly (readonly [Tensor4D, Tensor4D])[] = [
    [tf.add<Tensor4D>(target, 0.23), tf.sub<Tensor4D>(target, 0.21)],
    [tf.sub<Tensor4D>(noise(6, SHAPE), 1.1), noise(7, SHAPE)],
    [plain(-0.31, SHAPE), plain(0.27, SHAPE)],
    [tf.mul<Tensor4D>(tf.sub(noise(8, SHAPE), 0.5), -0.83), tf.sub<Tensor4D>(noise(8, SHAPE), 0.5)],
  ]
  return ways.some(([from, to]) => {
    const at = (t: number) => gradient(target, tf.tidy(() => tf.add(tf.mul(from, 1 - t), tf.mul(to, t))) as Tensor4D)
    const apart = (x: Float32Array, y: Float32Array) => norm(x.map((v, i) => v - (y[i] ?? 0)))
    let [low, high] = [0, 1]
    let [g0, g1] = [at(0), at(1)]
    const first = Math.max(apart(g0, g1), 1e-9 + norm(g0))
    for (let i = 0; i < 13; i++) {
      const middle = (low + high) / 2
      const g = at(middle)
      if (apart(g0, g) > apart(g, g1)) [high, g1] = [middle, g]
      else [low, g0] = [middle, g]
    }
    return apart(g0, g1) > 2e-3 * first
  })
}

const LEAVES: readonly (readonly [string, Loss<string, string>])[] = [
  ['mse(pixels)', mse(pixels)],
  ['mae(pixels)', mae(pixels)],
  ['charbonnier(pixels)', charbonnier(pixels, { epsilon: 0.25 })],
  ['charbonnier from zero', charbonnier(pixels, { epsilon: 0.25, fromZero: true })],
  ['huber(pixels)', huber(pixels)],
  ['cosine(pixels)', cosine(pixels, { epsilon: 0.25 })],
  ['squaredFrobenius(gram(pixels))', squaredFrobenius(gram(pixels))],
  ['mse(unitNormalized(pixels))', mse(unitNormalized(pixels))],
  ['ssim', ssim(pixels, { window: 3, K1: 0.5, K2: 0.5 })],
  ['ssim of luma', ssim(pixels, { window: 2, K1: 0.5, K2: 0.5, channels: 'luma', padding: 'reflect' })],
  ['ssim of rounded luma', ssim(pixels, { window: 3, channels: 'roundedLuma' })],
  ['msSsim', msSsim(pixels, { window: 1 })],
  ['totalVariation l1', totalVariation(pixels)],
  ['totalVariation l2', totalVariation(pixels, { norm: 'l2' })],
  ['totalVariation l2Squared', totalVariation(pixels, { norm: 'l2Squared' })],
  ['nonSaturating', nonSaturating(pixels)],
  ['leastSquares fake', leastSquares(pixels, { side: 'fake' })],
  ['hinge', hinge(pixels)],
  ['hinge fake', hinge(pixels, { side: 'fake' })],
  ['wasserstein', wasserstein(pixels)],
  ['discriminator nonSaturating', discriminator(pixels)],
  ['discriminator hinge', discriminator(pixels, { objective: 'hinge' })],
  ['discriminator wasserstein', discriminator(pixels, { objective: 'wasserstein' })],
  ['relativistic leastSquares', relativistic(pixels, { objective: 'leastSquares' })],
  ['relativistic hinge', relativistic(pixels, { objective: 'hinge', side: 'discriminator' })],
  ['relativistic wasserstein', relativistic(pixels, { objective: 'wasserstein' })],
  ['mse(block1_conv1)', mse(featureAt('block1_conv1'))],
  ['cosine(block1_conv1)', cosine(featureAt('block1_conv1'))],
  ['negative', weighted(-1, mse(pixels))],
  ['zero', weighted(0, totalVariation(pixels))],
  ['nothing', sum()],
  ['cancelled', sum(mse(pixels), weighted(-1, mse(pixels)))],
  ['mixed', sum(mse(pixels), weighted(0.5, totalVariation(pixels)))],
  ['difference', sum(weighted(0.01, mse(pixels)), weighted(-1, mae(pixels)))],
]

describe('laws are tight', () => {
  let build: (loss: Loss<string, string>) => { readonly f: F; readonly gradient: Gradient }
  beforeAll(async () => {
    const network = await sharedVgg16()
    build = (loss) => {
      const compiled = compile(loss, network)
      return { f: (a, b) => takeNumber(compiled(a, b)), gradient: (a, b) => gradientOf((x) => compiled(a, x), b) }
    }
  })

  it.each(LEAVES)('%s', (_name, loss) => {
    const { f, gradient } = build(loss)
    const claimed: Laws = laws(loss)
    const seen = observed(f, gradient)
    expect(Object.fromEntries(LAWS.map((law) => [law, claimed[law]]))).toEqual(seen)
  })
})

describe('laws of parts', () => {
  it.each([
    ['perceptual', perceptual(), { symmetric: true, zeroOnIdentity: true, triangle: false, nonNegative: true, bounded: false, smooth: false }],
    [
      'a sum of absolute errors',
      named('x', sum(mae(featureAt('block1_conv1')), weighted(3, mae(gram(pixels))))),
      { symmetric: true, zeroOnIdentity: true, triangle: true, nonNegative: true, bounded: false, smooth: false },
    ],
    ['a style', against('style', johnsonStyle()), { symmetric: true, zeroOnIdentity: true, triangle: false, nonNegative: true, bounded: false, smooth: false }],
    [
      'with a regularizer',
      sum(mse(pixels), totalVariation(pixels)),
      { symmetric: false, zeroOnIdentity: false, nonNegative: true, bounded: false, smooth: false },
    ],
    [
      'bounded',
      sum(cosine(pixels), weighted(-3, cosine(gram(pixels)))),
      { symmetric: true, zeroOnIdentity: true, triangle: false, nonNegative: false, bounded: true, smooth: true },
    ],
  ])('%s', (_name, loss, expected) => {
    expect(laws(loss)).toMatchObject(expected)
  })

  it('the range of a sum is the sum of the ranges', () => {
    expect(laws(sum(cosine(pixels), weighted(-3, cosine(gram(pixels))))).range).toEqual([-6, 2])
    expect(laws(charbonnier(pixels, { epsilon: 0.5 })).range).toEqual([0.5, Infinity])
  })
})
