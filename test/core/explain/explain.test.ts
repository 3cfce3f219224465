/** `explain`: its operations against the paper's table of VGG16, its peak of memory against what TensorFlow.js measures. */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  blurred,
  compile,
  contextual,
  showExplanation,
  explain,
  featureAt,
  gatysStyle,
  gram,
  mae,
  mse,
  msSsim,
  perceptual,
  pixels,
  resized,
  ssim,
  sum,
  totalVariation,
  weighted,
  type Extractor,
  type Loss,
  type Vgg16Layer,
} from '../../../src/index.js'
import { full } from '../../support/full.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'

let vgg: Extractor<Vgg16Layer>
beforeAll(async () => {
  vgg = await sharedVgg16()
})

/** Simonyan and Zisserman, table 1, column D: the convolutions of each block by their channels, in order. */
const TABLE = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
]

/** 3 x 3 convolutions: two a multiply-add, one for the bias, one for the ReLU; a comparison for each value under a pooling window. */
const byTable = (height: number, width: number): Readonly<Record<string, number>> => {
  const flops: Record<string, number> = {}
  let before = 3
  TABLE.forEach((block, i) => {
    const positions = (height / 2 ** i) * (width / 2 ** i)
    block.forEach((channels, j) => {
      flops[`block${String(i + 1)}_conv${String(j + 1)}`] = positions * channels * (2 * 9 * before + 2)
      before = channels
    })
    flops[`block${String(i + 1)}_pool`] = (positions / 4) * before * 4
  })
  return flops
}

it('counts the operations of VGG16 as the table of the paper gives them, and what is cut off', async () => {
  const loss = sum(mse(featureAt('block3_conv3')), mae(featureAt('relu2_2')), weighted(20, mse(gram(featureAt('block2_conv2')))), totalVariation(pixels))
  const explained = await explain(loss, vgg, { shape: [2, 64, 32, 3] })
  const expected = byTable(64, 32)
  const ran = explained.layers.map(({ layer }) => layer)
  expect(ran).toEqual(Object.keys(expected).slice(0, -1))
  explained.layers.forEach(({ layer, flops }) => {
    expect(flops).toBe(2 * (expected[layer] ?? Number.NaN))
  })
  expect(explained.cutOff).toEqual(vgg.layers.filter((layer) => !ran.includes(layer)))
  expect(explained.taps).toEqual(['block3_conv3', 'block2_conv2'])
  const network = ran.reduce((total, layer) => total + 2 * (expected[layer] ?? 0), 0)
  // A Gram: two a multiply-add of each pair of channels at each position; metrics: four an element.
  const gramFlops = 2 * 2 * 32 * 16 * 128 * 128
  const metrics = 4 * 2 * (16 * 8 * 256 + 32 * 16 * 128 + 128 * 128 + 64 * 32 * 3)
  expect(explained.flops.prepared).toBe(network + gramFlops + metrics)
  expect(explained.flops.fresh).toBe(2 * network + 2 * gramFlops + metrics)
  expect(explained.features.find(({ feature }) => feature === 'block2_conv2')).toMatchObject({
    shape: [2, 32, 16, 128],
    bytes: 4 * 2 * 32 * 16 * 128,
    terms: ['mae(relu2_2)', 'mse(gram(block2_conv2))'],
  })
  expect(explained.terms[0]).toMatchObject({ weight: 1, feature: 'block3_conv3', alone: network + 4 * 2 * 16 * 8 * 256 })
  const text = showExplanation(explained)
  for (const word of ['block3_conv3', 'cut off: block3_pool', 'gram(block2_conv2)', 'prepared', 'fresh']) expect(text).toContain(word)
})

it('counts what metrics and transforms do, by hand for a picture of 32 x 24', async () => {
  const [n, points] = [32 * 24 * 3, 32 * 24]
  const flopsOf = async (loss: Loss<never, 'target'>): Promise<readonly number[]> => {
    const { terms, features } = await explain(loss, { shape: [1, 32, 24, 3] })
    return [...terms.map(({ flops }) => flops), ...features.map(({ flops }) => flops)]
  }
  // A scalar product of three numbers, and ten operations, for each pair of points.
  expect((await flopsOf(contextual(pixels)))[0]).toBe(points ** 2 * (3 * 2 + 10))
  // Four maps under an 11 x 11 window, one axis after the other, are 4 * 2 * 11 multiplications and as many additions a number.
  expect((await flopsOf(ssim(pixels)))[0]).toBe((176 + 30) * n)
  // Three standard deviations to each side of the centre: 7 numbers, along two axes.
  expect(await flopsOf(mse(blurred(pixels)))).toEqual([4 * n, 0, 2 * 2 * 7 * n])
  // To 16 x 12: rows of 32 numbers for 16 of them, then of 24 for 12.
  expect((await flopsOf(mse(resized(pixels, { scale: 0.5 }))))[2]).toBe(2 * 3 * (32 * 16 * 24 + 24 * 16 * 12))
})

it('measures the memory of a loss that needs large pictures: twice the batch takes twice as much', async () => {
  const [one, two] = [await explain(msSsim(pixels), { shape: [1, 200, 200, 3] }), await explain(msSsim(pixels), { shape: [2, 200, 200, 3] })]
  // At least a picture's gradient, 4 bytes a number.
  expect(one.memory.fresh).toBeGreaterThan(4 * 200 * 200 * 3)
  expect(two.memory.fresh / one.memory.fresh).toBeCloseTo(2, 1)
})

describe('the peak of memory is within 15 % of what a step takes', () => {
  const losses: readonly (readonly [string, Loss<Vgg16Layer, 'target'>])[] = [
    ['pixels', sum(mse(pixels), totalVariation(pixels))],
    ['perceptual', perceptual()],
    ['style', gatysStyle()],
  ]
  it.each(full ? losses : losses.slice(0, 2))('%s', async (_name, loss) => {
    const shape = full ? ([1, 160, 128, 3] as const) : ([1, 96, 80, 3] as const)
    const { memory } = await explain(loss, vgg, { shape })
    const f = compile(loss, vgg)
    const [a, b] = [noise(1, shape), noise(2, shape)]
    const peak = async (step: (x: tf.Tensor) => tf.Scalar) => {
      const before = tf.memory().numBytes
      const { peakBytes, result } = await tf.profile(() => Object.values(tf.valueAndGrad(step)(b)))
      tf.dispose(result as tf.TensorContainer)
      return peakBytes - before
    }
    const fresh = await peak((x) => f(a, x))
    const before = tf.memory().numBytes
    const prepared = f.prepare(a)
    const held = tf.memory().numBytes - before
    const step = held + (await peak((x) => prepared(x)))
    prepared.dispose()
    tf.dispose([a, b])
    for (const [estimated, measured] of [
      [memory.fresh, fresh],
      [memory.prepared, step],
      [memory.held, held],
    ] as const)
      expect(Math.abs(estimated / measured - 1), `estimated ${String(estimated)}, measured ${String(measured)}`).toBeLessThan(0.15)
  })
})

it('leaves no tensor behind', async () => {
  await explain(perceptual(), vgg, { shape: [1, 32, 32, 3] })
  const before = tf.memory().numTensors
  await explain(perceptual(), vgg, { shape: [1, 32, 32, 3] })
  expect(tf.memory().numTensors).toBe(before)
})

it('rejects what compile rejects, and pictures that are too small', async () => {
  await expect(explain(mse(pixels), { shape: [1, 4, 4, 3] })).resolves.toMatchObject({ layers: [], cutOff: [] })
  await expect(explain(perceptual(['block5_conv3']), vgg, { shape: [1, 8, 8, 3] })).rejects.toThrow(/too small for block5_conv3/)
  await expect(explain(mse(featureAt('nowhere')) as never, vgg, { shape: [1, 8, 8, 3] })).rejects.toThrow(/'nowhere' is not a layer/)
})
