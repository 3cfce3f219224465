/** Weights that choose themselves: by shares on sample pairs, and by people's judgments. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  against,
  balanceWeights,
  compile,
  describeError,
  featureAt,
  fitWeights,
  gram,
  lossEq,
  mae,
  mse,
  named,
  pixels,
  show,
  sum,
  terms,
  totalVariation,
  tryBalanceWeights,
  tryFitWeights,
  weighted,
  type Extractor,
  type Judgment,
  type Loss,
  type SamplePair,
  type Vgg16Layer,
} from '../../../src/index.js'
import { noise, plain } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, norm } from '../../support/tensors.js'

const SHAPE = [1, 16, 20, 3] as const
let network: Extractor<Vgg16Layer>
let pairs: readonly SamplePair<'target'>[]
beforeAll(async () => {
  network = await sharedVgg16()
  pairs = [1, 2].map((i) => ({ reference: noise(i, SHAPE), prediction: noise(10 + i, [2, 16, 20, 3]) }))
})
afterAll(() => {
  tf.dispose(pairs.map(({ reference, prediction }) => [reference, prediction]))
})

const message = async (task: () => Promise<E.Either<Parameters<typeof describeError>[0], unknown>>): Promise<string> => {
  const result = await task()
  return E.isLeft(result) ? describeError(result.left) : 'a Right'
}

/** The mean absolute values of the terms, weights included. */
const contributions = async (loss: Loss<Vgg16Layer, 'target'>): Promise<readonly number[]> => {
  const f = compile(loss, network)
  const rows = await Promise.all(pairs.map(({ reference, prediction }) => f.breakdown(reference, prediction)))
  return (rows[0] ?? []).map((_, i) => rows.reduce((total, row) => total + Math.abs(row[i]?.value ?? 0), 0) / rows.length)
}

const content = named('content', mse(featureAt('block2_conv1')))
const style = weighted(3, named('style', sum(mse(gram(featureAt('block1_conv1'))), weighted(2, mse(gram(featureAt('block1_conv2')))))))
const loss = sum(content, style, weighted(-0.5, mae(pixels)))

describe('balanceWeights', () => {
  it('by value: the terms contribute equally, and as much together as before', async () => {
    const even = await balanceWeights(loss, network, pairs)
    const [now, then] = [await contributions(even), await contributions(loss)]
    const total = then.reduce((t, v) => t + v, 0)
    now.forEach((value) => expect(value / total).toBeCloseTo(1 / 4, 5))
  })

  it('keeps names, signs and structure, and is idempotent and deterministic', async () => {
    const even = await balanceWeights(loss, network, pairs)
    expect(show(even)).toMatch(/^sum\(named\('content', weighted\([\d.e-]+, mse.*named\('style', sum\(weighted\(.*weighted\(-[\d.]+, mae\(pixels\)\)\)$/)
    expect(lossEq.equals(await balanceWeights(loss, network, pairs), even)).toBe(true)
    const again = terms(await balanceWeights(even, network, pairs)).map(({ weight }) => weight)
    terms(even).forEach(({ weight }, i) => expect((again[i] ?? 0) / weight).toBeCloseTo(1, 6))
  })

  it('by gradient: the norms are equal, by the compiled loss’s own gradients', async () => {
    const even = await balanceWeights(loss, network, pairs, { by: 'gradient' })
    const norms = terms(even).map(({ leaf, weight }) => {
      const f = compile(leaf as Loss<Vgg16Layer, 'target'>, network)
      return pairs.reduce((t, { reference, prediction }) => t + Math.abs(weight) * norm(gradientOf((x) => f(reference as tf.Tensor, x), prediction)), 0)
    })
    norms.forEach((value) => expect(value / (norms[0] ?? 1)).toBeCloseTo(1, 4))
  })

  it('in given shares, by place or by name, a group’s for all of its terms', async () => {
    const total = (await contributions(loss)).reduce((t, v) => t + v, 0)
    const parts = async (shares: readonly number[] | Readonly<Record<string, number>>) =>
      (await contributions(await balanceWeights(loss, network, pairs, { shares }))).map((v) => Math.round((1e4 * v) / total) / 1e4)
    expect(await parts([1, 2, 3, 4])).toEqual([0.1, 0.2, 0.3, 0.4])
    expect(await parts({ content: 5, style: 4, 'mae(pixels)': 1 })).toEqual([0.5, 0.2, 0.2, 0.1])
    expect(await parts({ content: 1, style: 1, 'mae(pixels)': 0 })).toEqual([0.5, 0.25, 0.25, 0])
  })

  it.each(['value', 'gradient'] as const)('leaves no tensor behind, by %s', async (by) => {
    await balanceWeights(loss, network, pairs, { by })
    const before = tf.memory().numTensors
    await balanceWeights(loss, network, pairs, { by })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('needs no network for pixels, takes named references and a range', async () => {
    const [a, b] = [noise(1, SHAPE), noise(2, SHAPE)]
    const two = sum(mse(pixels), against('style', mae(pixels)))
    const even = await balanceWeights(two, [{ reference: { target: a, style: a }, prediction: b }], { range: [0, 2] })
    const rows = await compile(even, { range: [0, 2] }).breakdown({ target: a, style: a }, b)
    expect((rows[0]?.value ?? 0) / (rows[1]?.value ?? 1)).toBeCloseTo(1, 5)
    tf.dispose([a, b])
  })

  it('a Left says what prevents it', async () => {
    const grey = plain(0.5, SHAPE)
    const flat = [{ reference: grey, prediction: grey }]
    expect(await message(tryBalanceWeights(mse(pixels), []))).toMatch(/The pairs: received none, expected at least one/)
    expect(await message(tryBalanceWeights(sum(), pairs))).toMatch(/without terms, expected at least one term/)
    expect(await message(tryBalanceWeights(mse(pixels), flat))).toMatch(/No weight .* mse\(pixels\): its value is 0 on every pair.*remove the term/)
    expect(
      await message(tryBalanceWeights(sum(mae(pixels), totalVariation(pixels)), [{ reference: pairs[0]!.reference, prediction: grey }], { by: 'gradient' })),
    ).toMatch(/totalVariation\(pixels\): its gradient is 0 on every pair/)
    const broken = tf.fill<tf.Rank.R4>([...SHAPE], Number.NaN)
    expect(await message(tryBalanceWeights(mse(pixels), [{ reference: grey, prediction: broken }]))).toMatch(
      /its value is NaN on pair 1; pass pictures with finite values/,
    )
    expect(await message(tryBalanceWeights(loss, network, pairs, { shares: { content: 1, stile: 1 } }))).toMatch(
      /a share for the unknown term 'stile', expected .*content, style/,
    )
    expect(await message(tryBalanceWeights(loss, network, pairs, { shares: { content: 1, style: 1 } }))).toMatch(/0 shares for the term mae\(pixels\)/)
    expect(await message(tryBalanceWeights(loss, network, pairs, { shares: [1, 2] }))).toMatch(/2 numbers, expected 4/)
    expect(await message(tryBalanceWeights(loss, network, pairs, { shares: [1, -2, 1, 1] }))).toMatch(/none below 0/)
    expect(await message(tryBalanceWeights(mse(pixels), pairs, { by: 'weight' as 'value' }))).toMatch(/by: received "weight", expected 'value' or 'gradient'/)
    await expect(balanceWeights(mse(pixels), flat)).rejects.toThrow(/its value is 0 on every pair/)
    tf.dispose([grey, broken])
  })
})

describe('fitWeights', () => {
  const judged = sum(named('low', mse(featureAt('block1_conv1'))), named('high', mse(featureAt('block2_conv1'))), named('colour', mae(pixels)))
  const planted = [0.7, 0, 2.5]
  let judgments: readonly Judgment<'target'>[]

  /** Distortions of eight references, judged by the planted weights. */
  beforeAll(async () => {
    const f = compile(judged, network)
    judgments = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const reference = noise(100 + i, SHAPE)
        const first = tf.tidy(() => tf.add(tf.mul(reference, 0.4 + 0.05 * i), tf.mul(noise(200 + i, SHAPE), 0.2))) as Tensor4D
        const second = tf.tidy(() => tf.add(tf.mul(reference, 0.9 - 0.06 * i), 0.05 * (i % 3))) as Tensor4D
        const [a, b] = [await f.breakdown(reference, first), await f.breakdown(reference, second)]
        const logit = planted.reduce((z, w, k) => z + w * ((a[k]?.unweighted ?? 0) - (b[k]?.unweighted ?? 0)), 0)
        return { reference, first, second, preferSecond: 1 / (1 + Math.exp(-logit)) }
      }),
    )
  })

  it('recovers planted weights, with a certificate', async () => {
    const tensors = tf.memory().numTensors
    const { loss: found, weights, certificate, crossEntropy, agreement } = await fitWeights(judged, network, judgments)
    expect(weights.map(({ name }) => name)).toEqual(['low', 'high', 'colour'])
    // The values are float32: 1e-7 of each, seen through weights that nearly trade with each other.
    weights.forEach(({ weight }, i) => expect(Math.abs(weight - (planted[i] ?? 0))).toBeLessThan(1e-3))
    expect(certificate.kkt).toBeLessThan(1e-9)
    expect(Math.abs(certificate.gap)).toBeLessThan(1e-9)
    const mean = (f: (p: number) => number) => judgments.reduce((t, { preferSecond }) => t + f(preferSecond), 0) / judgments.length
    expect(crossEntropy).toBeCloseTo(
      mean((p) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)),
      8,
    )
    expect(agreement).toBeCloseTo(
      mean((p) => Math.max(p, 1 - p)),
      8,
    )
    expect(terms(found).map(({ weight }) => weight)).toEqual(weights.map(({ weight }) => weight))
    expect(lossEq.equals((await fitWeights(judged, network, judgments)).loss, found)).toBe(true)
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('needs no network for pixels, and the weights it had do not matter', async () => {
    const once = await fitWeights(mae(pixels), judgments)
    expect(lossEq.equals((await fitWeights(weighted(-7, mae(pixels)), judgments)).loss, once.loss)).toBe(true)
  })

  it('a Left says what prevents it', async () => {
    const [one] = judgments
    if (one === undefined) throw new Error('no judgments')
    const colour = mae(pixels)
    expect(await message(tryFitWeights(colour, []))).toMatch(/The judgments: received none/)
    expect(await message(tryFitWeights(sum(), judgments))).toMatch(/without terms/)
    expect(await message(tryFitWeights(colour, [{ ...one, preferSecond: Number.NaN }]))).toMatch(
      /preferSecond of judgment 1: received NaN, expected a fraction from 0 to 1/,
    )
    expect(await message(tryFitWeights(colour, [{ ...one, preferSecond: 1 }]))).toMatch(/larger weights of mae\(pixels\) always explain the judgments better.*\{ ridge: 1e-3 \}/)
    expect(await message(tryFitWeights(colour, [{ ...one, preferSecond: 1 }], { ridge: 0.01 }))).toBe('a Right')
    expect(await message(tryFitWeights(sum(colour, mse(pixels)), [{ ...one, preferSecond: 0.6 }]))).toMatch(/many weights of .* equally well/)
    expect(await message(tryFitWeights(sum(colour, weighted(2, mse(pixels))), [{ ...one, second: one.first, preferSecond: 0.6 }]))).toMatch(
      /the term mae\(pixels\): both distortions of every judgment have equal values/,
    )
    expect(await message(tryFitWeights(colour, judgments, { ridge: -1 }))).toMatch(/ridge: received -1/)
    const broken = tf.fill<tf.Rank.R4>([...SHAPE], Number.NaN)
    expect(await message(tryFitWeights(colour, [{ ...one, first: broken }]))).toMatch(/it is NaN and .* in judgment 1/)
    broken.dispose()
    await expect(fitWeights(colour, [{ ...one, preferSecond: 2 }])).rejects.toThrow(/a fraction from 0 to 1/)
  })
})
