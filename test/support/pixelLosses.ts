/** Tests that many metrics and transforms share: the definition in double precision, finite gradients on every picture, batches, memory. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile, type Feature, type Loss, type Target } from '../../src/index.js'
import { imagePairArbitrary } from '../../src/laws/index.js'
import { full, runs } from './full.js'
import { noise, plain } from './images.js'
import { gradientOf, leaked, take, takeNumber, valueAndGradient } from './tensors.js'

type PixelLoss = Loss<never, string>

export const value = (loss: PixelLoss, a: Tensor4D, b: Tensor4D): number => takeNumber(compile(loss)(a, b))

/** What a transform makes of a tensor, by the function of its definition. */
export const applied = (feature: Feature, x: Tensor): Tensor => (feature._tag === 'Transformed' ? feature.by.apply(applied(feature.of, x)) : x)

/** The loss of one sample, from its numbers. */
type OfSample = (x: readonly number[], y: readonly number[]) => number

/** The mean of a function of each difference. */
export const meanOf =
  (f: (d: number) => number): OfSample =>
  (x, y) =>
    x.reduce((s, v, i) => s + f((y[i] ?? 0) - v), 0) / x.length

/** The loss of noise is the mean over the batch of its definition, in double precision, to 2e-6: float32 sums of 105 numbers. */
export const isItsDefinition = (name: string, loss: PixelLoss, sample: OfSample): void => {
  it(`${name} is its definition, in double precision`, () => {
    const [a, b] = [noise(21, [2, 5, 7, 3]), noise(22, [2, 5, 7, 3])]
    const [x, y] = [Array.from(a.dataSync()), Array.from(b.dataSync())]
    const [first, second] = [sample(x.slice(0, 105), y.slice(0, 105)), sample(x.slice(105), y.slice(105))]
    expect(Math.abs(value(loss, a, b) / ((first + second) / 2) - 1)).toBeLessThan(2e-6)
  })
}

/** Where a curve has a corner, its gradient is 0, not NaN. */
export const hasZeroGradientAtIdentity = (name: string, loss: PixelLoss): void => {
  it(`the gradient of ${name} is 0 on identical pictures of one colour, black ones too`, () => {
    for (const picture of [plain(0.5, [1, 4, 4, 3]), plain(0, [1, 4, 4, 3]), plain(1, [1, 1, 1, 3]), plain(0, [1, 1, 5, 3])])
      expect(Math.max(...gradientOf((v) => compile(loss)(picture, v), picture).map(Math.abs))).toBe(0)
  })
}

/** Values and gradients are finite on every pair of pictures from `minSide` on, samples of a batch are independent, and no tensor is left. */
export const isFiniteEverywhere = (name: string, loss: Loss<never, Target>, minSide = 1): void => {
  describe(name, () => {
    const f = compile(loss)

    it('has a finite gradient on every pair, of the smallest size too', () => {
      fc.assert(
        fc.property(imagePairArbitrary({ minSide, maxSide: Math.max(18, minSide + 4), maxBatch: 2 }), ({ shape, reference, prediction }) => {
          const [a, b] = [tf.tensor4d(reference, [...shape]), tf.tensor4d(prediction, [...shape])]
          const gradient = gradientOf((x) => f(a, x), b)
          tf.dispose([a, b])
          return gradient.every(Number.isFinite)
        }),
        { numRuns: runs(40) },
      )
    })

    it('has a finite value and gradient where one pixel differs, and far outside of [0, 1]', () => {
      const side = Math.max(9, minSide)
      const shape = [1, side, side + 1, 3] as const
      const spot = tf.tidy(() => tf.pad(tf.ones([1, 1, 1, 3]), [[0, 0], [4, side - 5], [3, side - 3], [0, 0]]) as Tensor4D) // prettier-ignore
      const pictures = [plain(0, shape), plain(1, shape), spot, tf.sub<Tensor4D>(1, spot), tf.mul<Tensor4D>(noise(1, shape), -1e3), plain(1e-20, shape)]
      // A quick run takes each picture with itself and with the next one.
      for (const [i, a] of pictures.entries())
        for (const b of full ? pictures : [a, pictures[(i + 1) % pictures.length] ?? a]) {
          const [value, gradient] = valueAndGradient((x) => f(a, x), b)
          expect(Number.isFinite(value)).toBe(true)
          expect(gradient.every(Number.isFinite)).toBe(true)
        }
    })

    it('leaves no tensor behind', () => {
      const [a, b] = [noise(2, [2, 12 + minSide, 8 + minSide, 3]), noise(3, [2, 12 + minSide, 8 + minSide, 3])]
      expect(leaked(() => gradientOf((x) => f(a, x), b))).toBe(0)
    })

    it('gives each sample of a batch its own value', () => {
      const shape = [3, 12 + minSide, 9 + minSide, 3] as const
      const [a, b] = [noise(4, shape), tf.sub<Tensor4D>(tf.mul(noise(5, shape), 2), 0.5)]
      const each = take(f.perSample(a, b))
      const alone = tf.unstack(a).map((x, i) => takeNumber(f(tf.expandDims(x), tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1]))))
      each.forEach((value, i) => expect(value).toBeCloseTo(alone[i] ?? Number.NaN, 5))
    })
  })
}

/** The points of a square picture in another order. */
export const shuffled = (x: Tensor4D): Tensor4D => tf.reverse(tf.transpose(x, [0, 2, 1, 3]), 1)

/** A transform that is linear: f(x) . y = x . f'(y), its gradient is its transpose; and it has the shape that it says. */
export const isLinear = (name: string, feature: Feature): void => {
  it(`${name} is linear, and its gradient its transpose: f(x) . y = x . f’(y)`, () => {
    const x = noise(13, [2, 9, 7, 3])
    const output = applied(feature, x) as Tensor4D
    const y = tf.sub<Tensor4D>(noise(14, output.shape), 0.5)
    const gradient = gradientOf((v) => tf.sum(tf.mul(applied(feature, v), y)), x)
    const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((total, v, i) => total + v * (b[i] ?? Number.NaN), 0)
    expect(Math.abs(inner(output.dataSync(), y.dataSync()) - inner(x.dataSync(), gradient))).toBeLessThan(2e-5 * Math.sqrt(y.size))
  })

  it(`${name} has the shape that it says, and rejects what has no positions`, () => {
    const by = (feature as Extract<Feature, { _tag: 'Transformed' }>).by
    expect(applied(feature, noise(15, [1, 9, 7, 3])).shape).toEqual(by.shape([1, 9, 7, 3]))
    expect(by.shape([1, 9])).toMatch(/\[batch, height, width/)
  })
}

/** A transform of a picture of 0.7 gives this everywhere. */
export const mapsConstants = (name: string, feature: Feature, expected: number): void => {
  it(`${name} of a constant is ${expected === 0 ? 'zero' : 'the constant'}`, () => {
    const values = take(applied(feature, plain(0.7, [1, 5, 8, 3])))
    values.forEach((v) => expect(Math.abs(v - expected)).toBeLessThan(1e-6))
  })
}
