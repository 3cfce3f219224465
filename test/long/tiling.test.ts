/** Published losses tile by tile, and a picture of many megapixels in a budget. */
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  alexnet,
  blurred,
  compile,
  cosine,
  featureAt,
  gatysStyle,
  gram,
  johnsonContent,
  johnsonStyle,
  lpips,
  luma,
  mae,
  mse,
  named,
  perceptual,
  pixels,
  registerWasmKernels,
  ssim,
  sum,
  totalVariation,
  unitNormalized,
  weighted,
  type Extractor,
  type Loss,
} from '../../src/index.js'
import { dyadicWeight } from '../../src/laws/index.js'
import { sharedVgg16 } from '../support/network.js'
import { agree, peakOver } from '../support/tiling.js'
import { gradientOf, takeNumber } from '../support/tensors.js'

type Shape4 = readonly [number, number, number, number]

let vgg: Extractor<string>
let alex: Extractor<string>
beforeAll(async () => {
  registerWasmKernels()
  vgg = (await sharedVgg16()) as Extractor<string>
  alex = (await alexnet()) as Extractor<string>
})

const ofPixels: readonly Loss<string, string>[] = [
  mse(pixels),
  ssim(pixels),
  totalVariation(pixels, { norm: 'l2' }),
  mae(luma(blurred(pixels))),
  mse(gram(pixels)),
]

describe('tiles give what one piece gives', () => {
  const ofLayers: Readonly<Record<string, readonly [Loss<string, string>, Shape4]>> = {
    'the perceptual loss and others': [sum(perceptual(['block1_conv2', 'block2_conv2']), weighted(0.1, mae(pixels)), totalVariation(pixels)), [2, 53, 39, 3]],
    'LPIPS of two layers': [sum(...['block1_conv2', 'block2_conv2'].map((layer) => cosine(unitNormalized(featureAt(layer))))), [1, 47, 35, 3]],
    'Johnson’s content and style': [sum(johnsonContent(), named('style', johnsonStyle())), [1, 235, 19, 3]],
    LPIPS: [lpips({ net: 'vgg' }), [1, 250, 33, 3]],
    'Gatys’ style': [gatysStyle(), [1, 260, 17, 3]],
    'before the ReLU, other poolings': [
      sum(
        mae(featureAt('block2_conv1', { activation: 'pre' })),
        mse(featureAt('block2_conv2', { pooling: 'average' })),
        mse(featureAt('block3_conv1', { pooling: 'l2' })),
      ),
      [1, 71, 45, 3],
    ],
  }
  it.each(Object.entries(ofLayers))('of VGG16: %s', (_name, [loss, shape]) => {
    expect(agree(loss, vgg, shape)).toBeGreaterThan(1)
  })

  it('of AlexNet, whose windows overlap: LPIPS', () => {
    expect(agree(lpips(), alex, [1, 259, 37, 3])).toBeGreaterThan(1)
  })

  it('any sizes, any of these losses', () => {
    const parts = fc.constantFrom<Loss<string, string>>(...ofPixels, mse(gram(featureAt('block1_conv1'))), mae(featureAt('block2_conv1')))
    const property = fc.property(
      fc.array(fc.tuple(dyadicWeight, parts), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 12, max: 40 }),
      fc.integer({ min: 12, max: 40 }),
      (terms, batch, height, width) => {
        agree(sum(...terms.map(([weight, part]) => weighted(weight, part))), vgg, [batch, height, width, 3])
      },
    )
    fc.assert(property, { numRuns: 12 })
  })
})

describe('a picture of a megapixel in 48 MiB', () => {
  it('has its value and gradient, within the budget', () => {
    const shape = [1, 900, 1200, 3] as const
    const [a, b] = [1, 2].map((seed) => tf.randomUniform<tf.Rank.R4>([...shape], 0, 1, 'float32', seed)) as [tf.Tensor4D, tf.Tensor4D]
    const loss = sum(mse(pixels), weighted(1e-3, mse(featureAt('block1_conv1'))), named('style', mse(gram(featureAt('block1_conv1')))), totalVariation(pixels))
    const memory = 48 * 2 ** 20
    const f = compile(loss, vgg, { memory })
    expect(f.tiling(shape)!.tiles).toBeGreaterThan(10)
    const picture = 4 * 900 * 1200 * 3
    // Both pictures are kept for the gradient, which shares them; the engine counts clones. The gradient itself is a picture more.
    const peak = peakOver(() => gradientOf((x) => f(a, x), b)) - 3 * picture
    expect(peak).toBeLessThanOrEqual(memory)
    const value = takeNumber(f(a, b))
    // Squares and differences of independent uniform numbers: 1/6 + 2/3, and what layers add is positive.
    expect(value).toBeGreaterThan(1 / 6 + 2 / 3 - 1e-3)
    tf.dispose([a, b])
  }, 600_000)
})
