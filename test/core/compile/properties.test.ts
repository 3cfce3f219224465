/**
 * The laws of compiled losses, on numbers: over generated losses and image pairs.
 *
 * Tolerances are relative to the sum of the terms' absolute values (`scale`), for weights have both signs: float32 has 6e-8 a rounding, and a term is a sum of up
 * to 1e5 numbers.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, laws, named, show, sum, weighted, type CompiledLoss, type Extractor, type Loss } from '../../../src/index.js'
import { dyadicWeight, imagePairArbitrary, leafArbitrary, lossArbitrary, type ImagePair } from '../../../src/laws/index.js'
import { runs } from '../../support/full.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, norm, take, takeNumber } from '../../support/tensors.js'

type AnyLoss = Loss<string, string>

const LAYERS = ['block1_conv1', 'block1_conv2', 'block2_conv1', 'block2_pool', 'relu2_2']
const TOLERANCE = 2e-5

let network: Extractor<string>
beforeAll(async () => {
  network = await sharedVgg16()
})

/** Losses on pixels over many pairs, and losses on layers over fewer. */
const families = [
  { family: 'on pixels', layers: [], minSide: 1, pairs: imagePairArbitrary(), numRuns: runs(150) },
  { family: 'with windows', layers: [], minSide: 7, pairs: imagePairArbitrary({ minSide: 7, maxBatch: 2 }), numRuns: runs(40) },
  { family: 'on layers', layers: LAYERS, minSide: 1, pairs: imagePairArbitrary({ minSide: 4, maxSide: 10, maxBatch: 2 }), numRuns: runs(40) },
]

const build = (loss: AnyLoss): CompiledLoss<string> => compile(loss, network)

interface Batches {
  readonly a: Tensor4D
  readonly b: Tensor4D
}

/** Runs a check with the pair as tensors, which are disposed of. */
const withTensors = async <T>({ shape, reference, prediction }: ImagePair, check: (pair: Batches) => T | Promise<T>): Promise<T> => {
  const [a, b] = [tf.tensor4d(reference, [...shape]), tf.tensor4d(prediction, [...shape])]
  try {
    return await check({ a, b })
  } finally {
    tf.dispose([a, b])
  }
}

/** What the terms add up to without their signs. */
const scaleOf = async (f: CompiledLoss<string>, { a, b }: Batches): Promise<number> =>
  (await f.breakdown(a, b)).reduce((total, { value }) => total + Math.abs(value), 1e-12)

const near = (x: number, y: number, scale: number, tolerance = TOLERANCE): boolean => Math.abs(x - y) <= tolerance * scale

describe.each(families)('compiled losses $family', ({ layers, minSide, pairs, numRuns }) => {
  const losses = lossArbitrary({ layers, minSide })
  const value = (loss: AnyLoss, x: Tensor4D, y: Tensor4D): number => takeNumber(build(loss)(x, y))
  const scale = (loss: AnyLoss, pair: Batches) => scaleOf(build(loss), pair)
  const holds = (check: (loss: AnyLoss, pair: Batches) => Promise<boolean> | boolean) =>
    fc.assert(
      fc.asyncProperty(losses, pairs, (loss, pair) => withTensors(pair, (batches) => check(loss, batches))),
      { numRuns },
    )

  it('are symmetric where the laws say so', () =>
    holds(async (loss, pair) => !laws(loss).symmetric || near(value(loss, pair.a, pair.b), value(loss, pair.b, pair.a), await scale(loss, pair))))

  it('are zero on identity where the laws say so', () => holds((loss, { a }) => !laws(loss).zeroOnIdentity || value(loss, a, a) === 0))

  it('stay in the range that the laws say', () =>
    holds(async (loss, pair) => {
      const [min, max] = laws(loss).range
      const received = value(loss, pair.a, pair.b)
      const slack = TOLERANCE * (await scale(loss, pair))
      return received >= min - slack && received <= max + slack
    }))

  it('scale with a weight', () =>
    fc.assert(
      fc.asyncProperty(losses, pairs, dyadicWeight, async (loss, pair, w) => {
        const { x, y, size } = await withTensors(pair, async ({ a, b }) => ({
          x: value(weighted(w, loss), a, b),
          y: w * value(loss, a, b),
          size: await scale(loss, { a, b }),
        }))
        return near(x, y, Math.max(1, Math.abs(w)) * size)
      }),
      { numRuns },
    ))

  it('are a homomorphism of monoids: the sum of losses has the sum of the values', () =>
    fc.assert(
      fc.asyncProperty(losses, losses, pairs, async (l, r, pair) =>
        withTensors(pair, async ({ a, b }) =>
          near(value(sum(l, r), a, b), value(l, a, b) + value(r, a, b), (await scale(l, { a, b })) + (await scale(r, { a, b }))),
        ),
      ),
      { numRuns },
    ))

  it('give the same whatever the names', () => holds((loss, { a, b }) => value(named('x', loss), a, b) === value(loss, a, b)))

  it('give a batch the mean of its samples, and each sample its own value', () =>
    holds(async (loss, pair) => {
      const { a, b } = pair
      const f = build(loss)
      const each = take(f.perSample(a, b))
      const alone = tf.unstack(a).map((sample, i) => {
        const other = tf.slice(b, [i, 0, 0, 0], [1, -1, -1, -1])
        const single = sample.expandDims<Tensor4D>(0)
        const result = takeNumber(f(single, other))
        tf.dispose([sample, other, single])
        return result
      })
      const size = await scale(loss, pair)
      const mean = each.reduce((total, v) => total + v, 0) / each.length
      return each.every((v, i) => near(v, alone[i] ?? Number.NaN, size * each.length)) && near(takeNumber(f(a, b)), mean, size)
    }))

  it('give the same prepared as fresh', () =>
    holds((loss, { a, b }) => {
      const f = build(loss)
      const prepared = f.prepare(a)
      const [x, y] = [takeNumber(prepared(b)), takeNumber(f(a, b))]
      prepared.dispose()
      return x === y
    }))

  it('have a breakdown that adds up to the value', () =>
    holds(async (loss, { a, b }) => {
      const f = build(loss)
      const rows = await f.breakdown(a, b)
      const total = rows.reduce((t, row) => t + row.value, 0)
      const shares = rows.reduce((t, row) => t + Math.abs(row.share), 0)
      return near(total, takeNumber(f(a, b)), await scaleOf(f, { a, b })) && (near(shares, 1, 1) || rows.every((row) => row.value === 0))
    }))

  it('have a gradient that is finite and of the shape of the prediction', () =>
    holds((loss, { a, b }) => {
      const gradient = gradientOf((x) => build(loss)(a, x), b)
      return gradient.length === b.size && gradient.every(Number.isFinite)
    }))

  it('have a finite gradient on identical pictures; zero where they are zero on identity, non-negative and smooth', () =>
    holds((loss, { a }) => {
      const gradient = gradientOf((x) => build(loss)(a, x), a)
      const { zeroOnIdentity, nonNegative, smooth } = laws(loss)
      return gradient.every((v) => Number.isFinite(v) && (!(zeroOnIdentity && nonNegative && smooth) || v === 0))
    }))

  it('give the reference no gradient', () =>
    holds((loss, { a, b }) => {
      const gradient = gradientOf((x) => tf.add(build(loss)(x, b), tf.sum(x)), a)
      return gradient.every((v) => v === 1)
    }))

  it('leave no tensor behind', () => {
    const check = (loss: AnyLoss, { a, b }: Batches): boolean => {
      const f = build(loss)
      return (
        leaked(() => {
          f(a, b).dispose()
          f.perSample(a, b).dispose()
          gradientOf((x) => f(a, x), b)
          const prepared = f.prepare(a)
          prepared(b).dispose()
          gradientOf((x) => prepared(x), b)
          prepared.dispose()
          f.prepare(a)(b).dispose()
          f.dispose()
        }) === 0
      )
    }
    return holds(check)
  })
})

/**
 * The gradient against finite differences along the gradient itself: (f(x + h g) - f(x - h g)) / 2h = |g|² for g = f'(x).
 *
 * float32 leaves about 1e-7 of the value, so h is such that the value changes by a hundredth. A network's kinks, and unit vectors near zero, may lie within that
 * step: then a smaller one must do, or one to the other side.
 */
describe('gradients are finite differences', () => {
  const check = (layers: readonly string[], numRuns: number, tolerance: number) =>
    fc.assert(
      fc.asyncProperty(leafArbitrary({ layers, minSide: 1 }), imagePairArbitrary({ minSide: 5, maxSide: 8, maxBatch: 1, kinds: ['far'] }), (loss, pair) =>
        withTensors(pair, ({ a, b }) => {
          const f = build(loss)
          const g = gradientOf((x) => f(a, x), b)
          const length = norm(g)
          const at = takeNumber(f(a, b))
          // Their slopes have no bound near greys, near equal edges and near black; test/metrics takes differences elsewhere.
          fc.pre(!/ciede2000|flip|vsi/.test(show(loss)))
          // A value of 1e-5 is the square of a difference of means that float32 pictures hold to four digits.
          fc.pre(length > 1e-6 * Math.abs(at) && Math.abs(at) > 5e-5)
          const h = (1e-2 * Math.abs(at)) / (length * length)
          const limited = Math.min(h, 2e-2 / Math.max(...g.map(Math.abs)))
          const moved = (by: number) => tf.add<Tensor4D>(b, tf.tensor4d(g, [...pair.shape]).mul(by))
          const valueAt = (by: number) => takeNumber(tf.tidy(() => f(a, moved(by))))
          const agrees = (from: number, to: number) => {
            const slope = (valueAt(to) - valueAt(from)) / (to - from)
            const rounding = (4e-6 * Math.abs(at)) / (to - from)
            return Math.abs(slope - length * length) <= tolerance * length * length + rounding
          }
          const sides = (step: number) => agrees(-step, 0) || agrees(0, step)
          return [limited, limited / 4, limited / 16].some((step) => agrees(-step, step)) || [limited / 16, limited / 64].some(sides)
        }),
      ),
      { numRuns },
    )

  it('of losses on pixels', () => check([], runs(150), 2e-2))

  it('of losses on layers', () => check(['block1_conv1', 'block1_conv2', 'block2_conv1'], runs(40), 5e-2))
})

it('a failing property says its seed', () => {
  expect(() => fc.assert(fc.property(fc.nat(), (n) => n < 0))).toThrow(/seed: 20261123|seed: \d+/)
})
