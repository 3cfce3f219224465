/**
 * Where a loss comes from: against the official spatial map of LPIPS, by the definition, and by the laws of heat.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  against,
  alexnet,
  charbonnier,
  compile,
  cosine,
  dists,
  featureAt,
  gram,
  huber,
  lpips,
  mae,
  mse,
  pixels,
  squeezenet,
  structureTexture,
  sum,
  totalVariation,
  weighted,
  weightedChannels,
  type Loss,
} from '../../src/index.js'
import { goldenImage, noise, plain } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { squeezenetFile } from '../support/sharedWeights.js'
import { leaked, take } from '../support/tensors.js'

interface GoldenMap {
  readonly net: 'alex' | 'vgg' | 'squeeze'
  readonly a: string
  readonly b: string
  readonly mean: number
  readonly max: number
  readonly points: readonly (readonly number[])[]
}
const golden = JSON.parse(readFileSync(new URL('../goldens/lpips.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly maps: readonly GoldenMap[]
}

/** Tolerance 5e-6 of the map's largest value: float32 through a network, and the interpolation's rounding. */
describe('for LPIPS it is the official spatial map', () => {
  const over = {
    alex: async () => compile(lpips(), await alexnet()),
    vgg: async () => compile(lpips({ net: 'vgg' }), await sharedVgg16()),
    squeeze: async () => compile(lpips({ net: 'squeeze' }), await squeezenet({ weights: squeezenetFile() ?? new Uint8Array() })),
  }
  const here = golden.maps.filter(({ net }) => net !== 'squeeze' || existsSync(new URL('../../../shared/data/', import.meta.url)))

  it.each(here)('$net $b', async ({ net, a, b, mean, max, points }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const f = await over[net]()
    const heat = f.heatmap(target, prediction)
    expect(heat.shape).toEqual([1, 64, 96, 1])
    const prepared = f.prepare(target)
    expect(take(prepared.heatmap(prediction))).toEqual(heat.dataSync())
    const values = take(heat)
    expect(Math.abs(values.reduce((total, v) => total + v, 0) / values.length / mean - 1)).toBeLessThan(1e-5)
    points.forEach((row, i) =>
      row.forEach((v, j) => expect(Math.abs((values[(golden.rows[i] ?? 0) * 96 + (golden.columns[j] ?? 0)] ?? Number.NaN) - v)).toBeLessThan(5e-6 * max)),
    )
    tf.dispose([target, prediction])
    f.dispose()
  })
})

const shape = [2, 6, 9, 3] as const
const [a, b] = [noise(61, shape), noise(62, shape)]

/** The mean of a heat map over each sample's positions. */
const means = (heat: Tensor4D): readonly number[] => Array.from(take(tf.mean(heat, [1, 2, 3])))

const MAPPED: readonly (readonly [string, Loss<never, 'target'>])[] = [
  ['mse', mse(pixels)],
  ['mae', mae(pixels)],
  ['charbonnier', charbonnier(pixels, { epsilon: 0.1 })],
  ['huber', huber(pixels, { delta: 0.2 })],
  ['cosine', cosine(pixels)],
  ['weightedChannels', weightedChannels(pixels, { weights: [1, 0.5, 2] })],
]
const SPREAD: readonly (readonly [string, Loss<never, 'target'>])[] = [
  ['a Gram', mse(gram(pixels))],
  ['structureTexture', structureTexture(pixels)],
  ['totalVariation', totalVariation(pixels)],
]

describe('its mean is each sample’s value', () => {
  it.each([...MAPPED, ...SPREAD, ['a sum', sum(weighted(2, mse(pixels)), weighted(-0.5, mse(gram(pixels))), totalVariation(pixels))] as const])(
    '%s',
    (_name, loss) => {
      const f = compile(loss)
      const values = take(f.perSample(a, b))
      means(f.heatmap(a, b)).forEach((mean, i) => expect(mean).toBeCloseTo(values[i] ?? Number.NaN, 5))
    },
  )
})

describe('it says where', () => {
  const changed = tf.tidy(() =>
    tf.add(
      a,
      tf.pad(tf.fill([2, 2, 2, 3], 0.25), [
        [0, 0],
        [1, 3],
        [4, 3],
        [0, 0],
      ]),
    ),
  )
  const inside = (at: number): boolean => [1, 2].includes(Math.floor((at % 54) / 9)) && [4, 5].includes(at % 9)

  it.each([...MAPPED.filter(([name]) => !['cosine', 'charbonnier'].includes(name)), ...SPREAD.filter(([name]) => name !== 'totalVariation')])(
    '%s is warm where pictures differ, and nowhere else',
    (_name, loss) => {
      take(compile(loss).heatmap(a, changed)).forEach((v, at) => {
        if (inside(at)) expect(v).toBeGreaterThan(0)
        else expect(v).toBe(0)
      })
    },
  )

  it('mse is the squared difference of each pixel', () => {
    const expected = take(tf.tidy(() => tf.mean(tf.squaredDifference(a, b), -1)))
    take(compile(mse(pixels)).heatmap(a, b)).forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 6))
  })

  it('total variation is warm at edges, not in plain places', () => {
    const half = tf.tidy(() => tf.concat<Tensor4D>([plain(0, [1, 4, 4, 3]), plain(1, [1, 4, 4, 3])], 2))
    const heat = take(compile(totalVariation(pixels)).heatmap(half, half))
    expect(Array.from(heat.slice(0, 8), (v) => v > 0)).toEqual([false, false, false, true, true, false, false, false])
  })

  it('is 0 on identical pictures, and finite on black ones', async () => {
    const f = compile(sum(lpips({ net: 'vgg' }), dists(), mse(gram(featureAt('block1_conv2')))), await sharedVgg16())
    const picture = noise(63, [1, 16, 16, 3])
    expect(Math.max(...take(f.heatmap(picture, picture)))).toBe(0)
    expect(take(f.heatmap(plain(0, [1, 16, 16, 3]), picture)).every((v) => Number.isFinite(v) && v >= 0)).toBe(true)
  })

  it('compares each term with its own reference, of another size too', () => {
    const f = compile(sum(mse(pixels), against('style', mse(gram(pixels)))))
    const [one, style] = [noise(64, [1, 6, 9, 3]), noise(65, [1, 5, 4, 3])]
    const picture = noise(66, [1, 6, 9, 3])
    const heat = means(f.heatmap({ target: one, style }, picture))
    expect(heat[0]).toBeCloseTo(take(f.perSample({ target: one, style }, picture))[0] ?? Number.NaN, 5)
  })
})

it('leaves its result alone, and refuses what the loss refuses', () => {
  const f = compile(sum(mse(pixels), mse(gram(pixels))))
  expect(
    leaked(() => {
      f.heatmap(a, b).dispose()
    }),
  ).toBe(0)
  expect(
    leaked(() => {
      const prepared = f.prepare(a)
      prepared.heatmap(b).dispose()
      prepared.dispose()
    }),
  ).toBe(0)
  expect(() => f.heatmap(a, noise(1, [2, 5, 9, 3]))).toThrow(/cannot compare/)
  f.dispose()
  expect(() => f.heatmap(a, b)).toThrow(/after dispose/)
})

it('the empty loss is cold everywhere', () => {
  expect(take(compile(sum()).heatmap(a, b)).every((v) => v === 0)).toBe(true)
})
