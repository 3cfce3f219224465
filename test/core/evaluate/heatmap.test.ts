/**
 * Where a loss comes from: against the official spatial map of LPIPS, by the definition, and by the laws of heat.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
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
  structureTexture,
  sum,
  totalVariation,
  weighted,
  weightedChannels,
  type Loss,
} from '../../../src/index.js'
import { noise, plain } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { leaked, take } from '../../support/tensors.js'
import { againstOfficialMaps } from './lpipsMaps.js'

describe('for LPIPS it is the official spatial map', () => {
  againstOfficialMaps('alex', async () => compile(lpips(), await alexnet()))
  againstOfficialMaps('vgg', async () => compile(lpips({ net: 'vgg' }), await sharedVgg16()))
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

it('does not change the result, and rejects what the loss rejects', () => {
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
