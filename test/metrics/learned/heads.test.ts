/**
 * The learned weights that are in the package, and the metrics that use them.
 */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, laws, pixels, show, structureTexture, unitNormalized, weightedChannels } from '../../../src/index.js'
import { DISTS } from '../../../src/metrics/learned/distsWeights.js'
import { DISTS_STAGES, distsStage } from '../../../src/metrics/learned/distsStages.js'
import { floats } from '../../../src/metrics/learned/floats.js'
import { LPIPS_ALEX } from '../../../src/metrics/learned/lpipsAlex.js'
import { LPIPS_HEADS, lpipsHead } from '../../../src/metrics/learned/lpipsHeads.js'
import { LPIPS_SQUEEZE } from '../../../src/metrics/learned/lpipsSqueeze.js'
import { LPIPS_VGG } from '../../../src/metrics/learned/lpipsVgg.js'
import { sha256 } from '../../../src/layers/weights/sha256.js'
import { noise, plain } from '../../support/images.js'
import { gradientOf, takeNumber } from '../../support/tensors.js'

/** Text, number count, and the SHA-256 of the numbers as little-endian float32 (heads.data.test.ts compares them with torch's own). */
const TEXTS = [
  [LPIPS_ALEX, 1152, '718a8b40b0d22f96192d34ab93c0db5c7943558ff6c2407f44812dce2f29b5f4'],
  [LPIPS_VGG, 1472, '9153a2043dccf3b525d4f13db916e93ef040548ea923b6f2100de5ebac141a78'],
  [LPIPS_SQUEEZE, 2240, '68f1b1752260e0335c6394983132e210e3ed5c2540e78d239be07671a77130e4'],
  [DISTS, 2950, '7c2e5100877a8207f0d6754d6cb5611d54dc781cff01124d96f9c8bbbbebb610'],
] as const

describe('the learned weights', () => {
  it.each(TEXTS)('are whole', async (text, count, digest) => {
    const values = floats(text)
    expect(values).toHaveLength(count)
    expect(await sha256(new Uint8Array(values.buffer))).toBe(digest)
    expect(values.every((value) => value >= 0)).toBe(true)
  })

  it('go to layers in order', () => {
    expect(LPIPS_HEADS.map((head) => lpipsHead(head).length)).toEqual([64, 192, 384, 256, 256, 64, 128, 256, 512, 512, 64, 128, 256, 384, 384, 512, 512])
    expect(lpipsHead('lpips.vgg.lin4').at(-1)).toBe(floats(LPIPS_VGG).at(-1))
    const stages = DISTS_STAGES.map(distsStage)
    expect(stages.map(({ alpha }) => alpha.length)).toEqual([3, 64, 128, 256, 512, 512])
    const total = stages.flatMap(({ alpha, beta }) => [...Array.from(alpha), ...Array.from(beta)]).reduce((sum, value) => sum + value, 0)
    expect(total).toBeCloseTo(1, 6)
  })
})

const shape = [2, 4, 5, 3] as const
const [a, b] = [noise(41, shape), noise(42, shape)]
const numbersOf = (x: tf.Tensor4D) => x.arraySync().map((sample) => sample.flat())
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('weightedChannels', () => {
  const weights = [0.5, 0, 2]

  it('is its definition (in double precision, to 2e-6)', () => {
    const [x, y] = [numbersOf(a), numbersOf(b)]
    const byHand = (w: readonly number[]) =>
      average(x.flatMap((sample, s) => sample.map((p, i) => p.reduce((sum, v, c) => sum + (w[c] ?? 0) * ((y[s]?.[i]?.[c] ?? 0) - v) ** 2, 0))))
    expect(Math.abs(takeNumber(compile(weightedChannels(pixels, { weights }))(a, b)) / byHand(weights) - 1)).toBeLessThan(2e-6)
    expect(Math.abs(takeNumber(compile(weightedChannels(pixels))(a, b)) / byHand([1, 1, 1]) - 1)).toBeLessThan(2e-6)
  })

  it('has the gradient of the tape’s own operations', () => {
    const ours = gradientOf((v) => compile(weightedChannels(pixels, { weights }))(a, v), b)
    const theirs = gradientOf((v) => tf.mean(tf.sum(tf.mul(tf.square(tf.sub(v, a)), weights), -1)), b)
    ours.forEach((v, i) => expect(v).toBeCloseTo(theirs[i] ?? Number.NaN, 7))
  })

  it('prints its head by name, and knows its range', () => {
    expect(show(weightedChannels(pixels, { weights: 'lpips.vgg.lin0' }))).toBe("weightedChannels(pixels, { weights: 'lpips.vgg.lin0' })")
    expect(laws(weightedChannels(unitNormalized(pixels), { weights })).range).toEqual([0, 10])
  })

  it('refuses weights of another number than the channels, and negative ones', () => {
    expect(() => compile(weightedChannels(pixels, { weights: 'lpips.vgg.lin0' }))(a, b)).toThrow(
      /'lpips.vgg.lin0' has 64 weights, expected one per channel of the feature: 3/,
    )
    expect(() => weightedChannels(pixels, { weights: [1, -1, 1] })).toThrow(/weights.*a list of numbers from 0 to 1e18/)
    expect(() => weightedChannels(pixels, { weights: 'lpips.vgg.lin9' as never })).toThrow(/weights/)
  })
})

describe('structureTexture', () => {
  it('is DISTS’ formula (in double precision, to 2e-6)', () => {
    const [alpha, beta] = [
      [0.1, 0.2, 0.3],
      [0.4, 0.5, 0.6],
    ]
    const byHand = average(
      numbersOf(a).map((sample, s) => {
        const channel = (c: number) => [sample.map((p) => p[c] ?? 0), (numbersOf(b)[s] ?? []).map((p) => p[c] ?? 0)] as const
        return [0, 1, 2].reduce((sum, c) => {
          const [x, y] = channel(c)
          const [mx, my] = [average(x), average(y)]
          const covariance = (u: readonly number[], v: readonly number[]) => average(u.map((value, i) => value * (v[i] ?? 0))) - average(u) * average(v)
          const l = (2 * mx * my + 1e-6) / (mx ** 2 + my ** 2 + 1e-6)
          const r = (2 * covariance(x, y) + 1e-6) / (covariance(x, x) + covariance(y, y) + 1e-6)
          return sum + (alpha[c] ?? 0) * (1 - l) + (beta[c] ?? 0) * (1 - r)
        }, 0)
      }),
    )
    expect(Math.abs(takeNumber(compile(structureTexture(pixels, { weights: { alpha, beta } }))(a, b)) / byHand - 1)).toBeLessThan(2e-6)
  })

  it('has a gradient that is finite on plain and identical pictures, and zero on these', () => {
    const f = compile(structureTexture(pixels))
    for (const picture of [plain(0, shape), plain(1, shape), a, plain(0.5, [1, 1, 1, 3])])
      expect(Math.max(...gradientOf((v) => f(picture, v), picture).map(Math.abs))).toBe(0)
    expect(gradientOf((v) => f(a, v), plain(0, shape)).every(Number.isFinite)).toBe(true)
  })

  it('has the gradient of the tape’s own operations', () => {
    const moments = (x: tf.Tensor) => tf.moments(x, [1, 2])
    const ours = gradientOf((v) => compile(structureTexture(pixels))(a, v), b)
    const theirs = gradientOf((v) => {
      const [x, y, d] = [moments(a), moments(v), moments(tf.sub(v, a))]
      const texture = tf.div(tf.square(tf.sub(x.mean, y.mean)), tf.add(tf.add(tf.square(x.mean), tf.square(y.mean)), 1e-6))
      const structure = tf.div(d.variance, tf.add(tf.add(x.variance, y.variance), 1e-6))
      return tf.mean(tf.sum(tf.div(tf.add(texture, structure), 6), 1))
    }, b)
    ours.forEach((v, i) => expect(v).toBeCloseTo(theirs[i] ?? Number.NaN, 6))
  })

  it('refuses features without positions, and weights of another number', () => {
    expect(() => structureTexture(pixels, { weights: { alpha: [1], beta: [-1] } })).toThrow(/beta/)
    expect(() => compile(structureTexture(pixels, { weights: 'dists.stage1' }))(a, b)).toThrow(
      /64 alphas and 64 betas, expected one per channel of the feature: 3/,
    )
  })
})

describe('unitNormalized with epsilon under the root (torchmetrics)', () => {
  const feature = unitNormalized(pixels, { epsilon: 1e-2, addedTo: 'square' })

  it('is f / sqrt(|f|² + epsilon), with its gradient, at zero too', () => {
    const x = tf.tensor4d([0.3, 0.4, 0, 0, 0, 0], [1, 1, 2, 3])
    const [ours, theirs] = [feature.by.apply(x), tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-2)))]
    expect(Array.from(ours.dataSync())).toEqual(Array.from(theirs.dataSync()))
    const weights = noise(43, [1, 1, 2, 3])
    const gradient = (f: (v: tf.Tensor) => tf.Tensor) => gradientOf((v) => tf.sum(tf.mul(f(v), weights)), x)
    const expected = gradient((v) => tf.div(v, tf.sqrt(tf.add(tf.sum(tf.square(v), -1, true), 1e-2))))
    gradient(feature.by.apply).forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 4))
  })
})
