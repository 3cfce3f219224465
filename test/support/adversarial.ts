/** Adversarial losses against their definitions in double precision: binary cross-entropy as PyTorch defines it, squares, hinges. Logits are fed as pictures, which `pixels` passes on as they are. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { compile, hinge, leastSquares, nonSaturating, pixels, wasserstein, type AdversarialOptions, type Loss, type Objective } from '../../src/index.js'
import { random } from './images.js'
import { gradientOf, take } from './tensors.js'

export type Cost = (x: number) => number

/** `torch.nn.BCEWithLogitsLoss` by its documentation: -(y log σ(x) + (1 - y) log(1 - σ(x))), where 1 - σ(x) is σ(-x). */
const crossEntropy =
  (label: number): Cost =>
  (x) =>
    -(label * Math.log(1 / (1 + Math.exp(-x))) + (1 - label) * Math.log(1 / (1 + Math.exp(x))))

/** Each player's cost of one logit, written from the papers' equations. */
export const GAMES: Readonly<Record<Objective, Readonly<Record<AdversarialOptions['side'], Cost>>>> = {
  nonSaturating: { generator: crossEntropy(1), real: crossEntropy(1), fake: crossEntropy(0) },
  leastSquares: { generator: (x) => (x - 1) ** 2, real: (x) => (x - 1) ** 2, fake: (x) => x ** 2 },
  hinge: { generator: (x) => -x, real: (x) => Math.max(0, 1 - x), fake: (x) => Math.max(0, 1 + x) },
  wasserstein: { generator: (x) => -x, real: (x) => -x, fake: (x) => x },
}
export const REGULARIZERS = { nonSaturating, leastSquares, hinge, wasserstein }
export const OBJECTIVES = Object.keys(GAMES) as Objective[]
export const SIDES = ['generator', 'real', 'fake'] as const

export const SHAPE = [2, 3, 4, 3] as const
export const SIZE = 36
/** Logits from -8 to 8, some of them on the hinge's margins. */
export const logits = (seed: number): Tensor4D => {
  const next = random(seed)
  return tf.tensor4d(
    Float32Array.from({ length: 2 * SIZE }, () => 16 * next() - 8),
    [...SHAPE],
  )
}

export const values = (x: Tensor4D): readonly number[] => Array.from(x.dataSync())
export const sampleMeans = (costs: readonly number[]): readonly number[] =>
  [0, 1].map((i) => costs.slice(i * SIZE, (i + 1) * SIZE).reduce((a, b) => a + b, 0) / SIZE)

/** The slope by central differences in double precision: to 1e-8 for these curves away from their kinks. */
export const slope =
  (f: Cost): Cost =>
  (x) =>
    (f(x + 1e-5) - f(x - 1e-5)) / 2e-5

/** float32 has 6e-8 a rounding; a mean of 36 numbers of at most 81 has a few. */
export const close = (received: ArrayLike<number>, expected: readonly number[], tolerance = 2e-6): void => {
  expected.forEach((v, i) => expect(Math.abs((received[i] ?? Number.NaN) - v)).toBeLessThan(tolerance * Math.max(1, Math.abs(v))))
}

/** Both players' losses are their definitions, and finite whatever the logits. */
export const judges = (objective: Objective): void => {
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

  it.each(FAR)('is finite, and so is its gradient, for logits of %d', (x) => {
    for (const side of SIDES) expectFinite(REGULARIZERS[objective](pixels, { side }), x)
  })
}

/** Logits that are far from the margins, or on them. */
export const FAR = [0, 1, -1, 100, -100, 1e4, -1e4]

export const expectFinite = (loss: Loss<never, string>, logit: number): void => {
  const f = compile(loss)
  const at = tf.fill([1, 2, 2, 3], logit) as Tensor4D
  expect(take(f.perSample(at, at)).every(Number.isFinite)).toBe(true)
  expect(gradientOf((v) => f(at, v), at).every(Number.isFinite)).toBe(true)
}
