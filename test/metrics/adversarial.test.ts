/**
 * Adversarial losses against their definitions in double precision: binary cross-entropy as PyTorch defines it, squares, hinges.
 *
 * Logits are fed as pictures, which `pixels` passes on as they are.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import {
  compile,
  discriminator,
  hinge,
  leastSquares,
  nonSaturating,
  pixels,
  relativistic,
  wasserstein,
  type AdversarialOptions,
  type Loss,
  type Objective,
} from '../../src/index.js'
import { random } from '../support/images.js'
import { gradientOf, take } from '../support/tensors.js'

type Cost = (x: number) => number

/** `torch.nn.BCEWithLogitsLoss` by its documentation: -(y log σ(x) + (1 - y) log(1 - σ(x))), where 1 - σ(x) is σ(-x). */
const crossEntropy =
  (label: number): Cost =>
  (x) =>
    -(label * Math.log(1 / (1 + Math.exp(-x))) + (1 - label) * Math.log(1 / (1 + Math.exp(x))))

/** Each player's cost of one logit, written from the papers' equations. */
const GAMES: Readonly<Record<Objective, Readonly<Record<AdversarialOptions['side'], Cost>>>> = {
  nonSaturating: { generator: crossEntropy(1), real: crossEntropy(1), fake: crossEntropy(0) },
  leastSquares: { generator: (x) => (x - 1) ** 2, real: (x) => (x - 1) ** 2, fake: (x) => x ** 2 },
  hinge: { generator: (x) => -x, real: (x) => Math.max(0, 1 - x), fake: (x) => Math.max(0, 1 + x) },
  wasserstein: { generator: (x) => -x, real: (x) => -x, fake: (x) => x },
}
const REGULARIZERS = { nonSaturating, leastSquares, hinge, wasserstein }
const OBJECTIVES = Object.keys(GAMES) as Objective[]
const SIDES = ['generator', 'real', 'fake'] as const

const SHAPE = [2, 3, 4, 3] as const
const SIZE = 36
/** Logits from -8 to 8, some of them on the hinge's margins. */
const logits = (seed: number): Tensor4D => {
  const next = random(seed)
  return tf.tensor4d(
    Float32Array.from({ length: 2 * SIZE }, () => 16 * next() - 8),
    [...SHAPE],
  )
}

const values = (x: Tensor4D): readonly number[] => Array.from(x.dataSync())
const sampleMeans = (costs: readonly number[]): readonly number[] => [0, 1].map((i) => costs.slice(i * SIZE, (i + 1) * SIZE).reduce((a, b) => a + b, 0) / SIZE)

/** The slope by central differences in double precision: to 1e-8 for these curves away from their kinks. */
const slope =
  (f: Cost): Cost =>
  (x) =>
    (f(x + 1e-5) - f(x - 1e-5)) / 2e-5

/** float32 has 6e-8 a rounding; a mean of 36 numbers of at most 81 has a few. */
const close = (received: ArrayLike<number>, expected: readonly number[], tolerance = 2e-6): void => {
  expected.forEach((v, i) => expect(Math.abs((received[i] ?? Number.NaN) - v)).toBeLessThan(tolerance * Math.max(1, Math.abs(v))))
}

describe.each(OBJECTIVES)('%s', (objective) => {
  const game = GAMES[objective]

  it.each(SIDES)('judges the prediction as %s, by its definition', (side) => {
    const [a, b] = [logits(1), logits(2)]
    const f = compile(REGULARIZERS[objective](pixels, { side }))
    close(take(f.perSample(a, b)), sampleMeans(values(b).map(game[side])))
    const expected = values(b).map((x) => slope(game[side])(x) / SIZE / 2)
    close(
      gradientOf((x) => f(a, x), b),
      expected,
      1e-6,
    )
  })

  it('discriminator adds what real and generated pictures cost', () => {
    const [a, b] = [logits(3), logits(4)]
    const f = compile(discriminator(pixels, { objective }))
    close(take(f.perSample(a, b)), sampleMeans(values(b).map((x, i) => game.real(values(a)[i] ?? 0) + game.fake(x))))
    close(
      gradientOf((x) => f(a, x), b),
      values(b).map((x) => slope(game.fake)(x) / SIZE / 2),
      1e-6,
    )
  })

  it('relativistic judges the difference, each player from its side', () => {
    const [a, b] = [logits(5), logits(6)]
    const differences = values(b).map((x, i) => x - (values(a)[i] ?? 0))
    close(take(compile(relativistic(pixels, { objective })).perSample(a, b)), sampleMeans(differences.map(game.real)))
    const judge = compile(relativistic(pixels, { objective, side: 'discriminator' }))
    close(take(judge.perSample(a, b)), sampleMeans(differences.map((d) => game.real(-d))))
  })

  it.each([0, 1, -1, 100, -100, 1e4, -1e4])('is finite, and so is its gradient, for logits of %d', (x) => {
    const at = tf.fill([1, 2, 2, 3], x) as Tensor4D
    const losses: readonly Loss<never, string>[] = [
      ...SIDES.map((side) => REGULARIZERS[objective](pixels, { side })),
      discriminator(pixels, { objective }),
      relativistic(pixels, { objective }),
      relativistic(pixels, { objective, side: 'discriminator' }),
    ]
    for (const loss of losses) {
      const f = compile(loss)
      expect(take(f.perSample(at, at)).every(Number.isFinite)).toBe(true)
      expect(gradientOf((v) => f(at, v), at).every(Number.isFinite)).toBe(true)
    }
  })
})

describe('cross-entropy on logits', () => {
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
})

it('an unknown side or objective is refused', () => {
  expect(() => hinge(pixels, { side: 'judge' as never })).toThrow(/hinge: wrong option side: received "judge", expected one of "generator", "real", "fake"/)
  expect(() => discriminator(pixels, { objective: 'wgan' as never })).toThrow(/objective: received "wgan"/)
})
