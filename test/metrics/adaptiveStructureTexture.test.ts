/** The metric of A-DISTS: its definition on the smallest picture, its gradients, and what it refuses. `test/recipes/aDists.test.ts` has the authors' numbers. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { adaptiveStructureTexture, blurred, compile, pixels, resized, structureTexture } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { hasZeroGradientAtIdentity, isFiniteEverywhere, value } from '../support/pixelLosses.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

const windowed = adaptiveStructureTexture([pixels, resized(pixels, { scale: 0.5 })], { window: 3 })

isFiniteEverywhere('adaptiveStructureTexture', adaptiveStructureTexture(pixels))
isFiniteEverywhere('adaptiveStructureTexture of windows', windowed)
hasZeroGradientAtIdentity('adaptiveStructureTexture', windowed)

describe('adaptiveStructureTexture', () => {
  // Away from 0, where the entropy of a picture has a corner.
  const [a, b] = [31, 32].map((seed) => tf.tidy(() => tf.add<Tensor4D>(0.2, tf.mul(noise(seed, [1, 12, 10, 3]), 0.7)))) as [Tensor4D, Tensor4D]

  it('with a window of one position is the distance of means at each, for there is no variance', () => {
    // Equal entropies: each channel has the same numbers, in another order.
    const picture = (values: readonly number[]): Tensor4D =>
      tf.tensor4d(
        [...values, ...values.slice(1), values[0] ?? 0].slice(0, 4).flatMap((v) => [v, v, v]),
        [1, 2, 2, 3],
      )
    const [x, y] = [
      [0.1, 0.2, 0.3, 0.4],
      [0.4, 0.3, 0.1, 0.2],
    ]
    const length = (of: readonly number[]): number => Math.sqrt(of.reduce((sum, v) => sum + v * v, 0))
    const expected =
      x.reduce((sum, v, i) => {
        const [one, other] = [v / length(x), (y[i] ?? 0) / length(y)]
        return sum + (one - other) ** 2 / (one ** 2 + other ** 2 + 1e-6)
      }, 0) / 4
    expect(value(adaptiveStructureTexture(pixels, { window: 1 }), picture(x), picture(y))).toBeCloseTo(expected, 5)
  })

  it('of a feature smaller than its window, all of it structure, is the structure distance of the whole', () => {
    // Lengths of the order of 1e-12: what the means differ by counts for nothing beside c1.
    const one = adaptiveStructureTexture(pixels, { window: 21, c1: 1e6 })
    const [x, y] = [a, b].map((picture) => {
      const lengths = tf.sqrt(tf.sum(tf.square(picture), [1, 2], true))
      return tf.div<Tensor4D>(picture, lengths)
    }) as [Tensor4D, Tensor4D]
    const [, structure] = [0, takeNumber(compile(structureTexture(pixels, { weights: { alpha: [0, 0, 0], beta: [1 / 3, 1 / 3, 1 / 3] } }))(x, y))]
    // By the sigmoid of the dispersion of noise: variance 1/12 over mean 1/2.
    const share = tf.tidy(() => {
      const [mean, squares] = [tf.mean(a, [1, 2]), tf.mean(tf.square(a), [1, 2])]
      return takeNumber(tf.sigmoid(tf.mean(tf.div(tf.sub(squares, tf.square(mean)), mean))) as tf.Scalar)
    })
    expect(value(one, a, b) / (share * structure)).toBeCloseTo(1, 1)
  })

  it('has the gradient of its differences, in the reference as well', () => {
    const f = compile(windowed)
    const step = 1e-3
    const slope = (of: (x: Tensor4D) => tf.Scalar, x: Tensor4D, direction: Tensor4D): number =>
      tf.tidy(() => (takeNumber(of(tf.add(x, tf.mul(direction, step)))) - takeNumber(of(tf.sub(x, tf.mul(direction, step))))) / (2 * step))
    const direction = tf.tidy(() => tf.sub<Tensor4D>(noise(33, [1, 12, 10, 3]), 0.5))
    const along = (gradient: Float32Array): number => Array.from(direction.dataSync()).reduce((sum, d, i) => sum + d * (gradient[i] ?? 0), 0)
    const inPrediction = along(gradientOf((x) => f(a, x as Tensor4D), b))
    // To 5 %: differences of float32 over variances of three positions.
    expect(inPrediction / slope((x) => f(a, x), b, direction)).toBeCloseTo(1, 1)
    // `compile` gives references no gradient, so this asks the metric itself.
    const [first, second] = [windowed.feature, ...(windowed.beside ?? [])]
    expect([first._tag, second?._tag]).toEqual(['Pixels', 'Transformed'])
    const half = (x: Tensor4D): Tensor4D => tf.avgPool(x, 2, 2, 'valid')
    const ofReference = (x: Tensor4D): tf.Scalar => tf.sum(windowed.metric.apply(x, b, { height: 12, width: 10, beside: [[half(x), half(b)]] }))
    const inReference = along(gradientOf((x) => ofReference(x as Tensor4D), a))
    expect(inReference / slope(ofReference, a, direction)).toBeCloseTo(1, 1)
  })

  it('says what it needs', () => {
    expect(() => adaptiveStructureTexture([])).toThrow(/The features of adaptiveStructureTexture: received \[\], expected a feature, or a list of at least one/)
    expect(() => adaptiveStructureTexture([pixels, 'block1_conv2' as never])).toThrow(/The feature of adaptiveStructureTexture: received "block1_conv2"/)
    expect(() => compile(adaptiveStructureTexture([pixels, blurred(pixels)]), { memory: '64MiB' })).toThrow(/compares the dispersion of every window/)
    expect(takeNumber(compile(adaptiveStructureTexture(pixels))(plain(0, [1, 30, 30, 3]), noise(1, [1, 30, 30, 3])))).toBeGreaterThan(0)
  })
})
