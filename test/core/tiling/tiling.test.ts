/** Pictures looked at tile by tile: the same values and gradients as in one piece, within the memory that was given. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  against,
  alexnet,
  blurred,
  charbonnier,
  compile,
  contextual,
  cosine,
  defineMetric,
  defineRegularizer,
  showExplanation,
  explain,
  featureAt,
  focalFrequency,
  fromLayersModel,
  gram,
  highPassed,
  huber,
  luma,
  LossException,
  mae,
  masked,
  mse,
  msSsim,
  named,
  outOfRange,
  perceptual,
  pixels,
  registerWasmKernels,
  slicedWasserstein,
  squaredFrobenius,
  ssim,
  structureTexture,
  sum,
  totalVariation,
  tryCompile,
  unitNormalized,
  weighted,
  type Extractor,
  type Loss,
  type Vgg16Layer,
} from '../../../src/index.js'
import { gridFor, longest, strips, type Along } from '../../../src/core/tiling/tileGrid.js'
import { bytesOf, bytesText } from '../../../src/core/tiling/byteSize.js'
import { full, runs } from '../../support/full.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { agree, leastMemory, peakOver } from '../../support/tiling.js'
import { gradientOf, leaked, takeNumber } from '../../support/tensors.js'

let vgg: Extractor<Vgg16Layer>
let alex: Extractor<string>
beforeAll(async () => {
  registerWasmKernels()
  vgg = await sharedVgg16()
  alex = (await alexnet()) as Extractor<string>
})

describe('tiles give what one piece gives', () => {
  const ofPixels: Readonly<Record<string, Loss<never, 'target'>>> = {
    'every mean of positions': sum(
      mae(pixels),
      charbonnier(pixels),
      huber(luma(pixels)),
      cosine(pixels),
      outOfRange(pixels, { max: 0.5 }),
      mse(pixels),
      weighted(1e-3, squaredFrobenius(pixels)),
    ),
    'windows of SSIM': sum(ssim(pixels), weighted(0.5, ssim(pixels, { channels: 'luma', window: 7 }))),
    'neighbours of total variation': sum(
      totalVariation(pixels),
      totalVariation(pixels, { norm: 'l2', reduction: 'sum' }),
      totalVariation(pixels, { norm: 'l2Squared' }),
    ),
    blurs: sum(mse(blurred(pixels, { sigma: 1.5 })), mae(highPassed(luma(blurred(pixels))))),
    'Grams, metrics that do not add up on top': sum(
      slicedWasserstein(gram(pixels)),
      weighted(1e-6, mse(gram(blurred(pixels), { normalize: 'none' }))),
      mae(gram(unitNormalized(pixels))),
    ),
  }
  it.each(Object.entries(ofPixels))('of pixels: %s', (_name, loss) => {
    expect(agree(loss, undefined, full ? [2, 37, 51, 3] : [1, 17, 19, 3])).toBeGreaterThan(3)
  })

  it('a metric of one’s own that says how it adds up', () => {
    const maximum = defineMetric({
      id: 'fourthPowers',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
      tiling: () => ({ parts: [{ adds: 'mean' as const }], finish: ([mean]) => tf.sqrt(mean as tf.Tensor1D) }),
      apply: () => (reference, prediction) => tf.mean<tf.Tensor1D>(tf.pow(tf.sub(reference, prediction), 4), [1, 2, 3]),
    })
    const f = compile(maximum(pixels), { memory: leastMemory(maximum(pixels), undefined, [1, 9, 9, 3]) })
    const [a, b] = [noise(1, [1, 9, 9, 3]), noise(2, [1, 9, 9, 3])]
    const expected = takeNumber(tf.tidy(() => tf.sqrt(tf.mean(tf.pow(tf.sub(a, b), 4)))))
    expect(takeNumber(f(a, b))).toBeCloseTo(expected, 6)
  })
})

describe('receptive fields', () => {
  it('is the receptive field that others have computed', () => {
    // Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019, table 1: AlexNet 195, VGG16 212, both after the last pooling.
    const tap = (layer: string) => ({ layer, activation: 'post', pooling: 'max' }) as const
    expect(alex.receptiveField?.(tap('pool5'))).toMatchObject({ size: 195, stride: 32 })
    expect(vgg.receptiveField?.(tap('block5_pool'))).toMatchObject({ size: 212, stride: 32 })
    expect(vgg.receptiveField?.(tap('block1_conv1'))).toEqual({ size: 3, stride: 1, before: 1 })
  })

  it('is all that its value depends on', () => {
    const layer = 'block2_conv2'
    const { size = 0, stride = 1, before = 0 } = vgg.receptiveField?.({ layer, activation: 'post', pooling: 'max' }) ?? {}
    const at = 9
    const image = noise(4, [1, 40, 40, 3])
    const seen = gradientOf((x) => {
      const [feature] = vgg.features(x as Tensor4D, [{ layer, activation: 'post', pooling: 'max' }], 'unit')
      return tf.sum(tf.slice(feature!, [0, at, 0, 0], [1, 1, -1, -1]))
    }, image)
    // Winograd's tiles round neighbours together: what reaches further is a rounding, 1e-7 of the largest.
    const least = 1e-5 * seen.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const rows = Array.from({ length: 40 }, (_, row) => row).filter((row) => seen.slice(row * 120, (row + 1) * 120).some((value) => Math.abs(value) > least))
    expect(rows[0]).toBeGreaterThanOrEqual(stride * at - before)
    expect(rows.at(-1)).toBeLessThan(stride * at - before + size)
    image.dispose()
  })
})

describe('the grid', () => {
  const along: fc.Arbitrary<(side: number) => Along> = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 }))
    .map(([power, before, after, window]) => (side) => {
      const stride = 2 ** power
      return { receptiveField: { stride, before, size: stride + before + after }, window, windows: Math.max(1, Math.floor(side / stride) - window + 1) }
    })

  it('owns each window once, in a strip with its whole receptive field', () => {
    const property = fc.property(
      fc.array(along, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 100, max: 400 }),
      fc.integer({ min: 1, max: 12 }),
      (makers, side, core) => {
        const totals = makers.map((make) => make(side))
        const alignment = Math.max(...totals.map(({ receptiveField }) => receptiveField.stride))
        const cut = strips(side, core * alignment, alignment, totals)
        for (const [i, { receptiveField, window, windows }] of totals.entries()) {
          expect(cut.flatMap(({ owned }) => Array.from({ length: owned[i]![1] - owned[i]![0] }, (_, k) => owned[i]![0] + k))).toEqual(
            Array.from({ length: windows }, (_, k) => k),
          )
          for (const {
            pixels: [start, end],
            owned,
          } of cut) {
            const [first, last] = owned[i]!
            expect(start % alignment).toBe(0)
            if (last === first) continue
            expect(start).toBeLessThanOrEqual(Math.max(0, first * receptiveField.stride - receptiveField.before))
            expect(end).toBeGreaterThanOrEqual(Math.min(side, (last + window - 2) * receptiveField.stride - receptiveField.before + receptiveField.size))
          }
        }
        for (const {
          pixels: [start, end],
        } of cut)
          expect(end - start).toBeLessThanOrEqual(longest(side, core * alignment, alignment, totals))
      },
    )
    fc.assert(property, { numRuns: runs(300) })
  })

  it('has no tile above the limit', () => {
    const property = fc.property(
      along,
      fc.integer({ min: 60, max: 900 }),
      fc.integer({ min: 60, max: 900 }),
      fc.integer({ min: 3000, max: 60_000 }),
      (make, height, width, largest) => {
        const [high, wide] = [make(height), make(width)]
        const grid = gridFor([height, width], high.receptiveField.stride, [[high], [wide]], largest)
        const area = (grid?.rows ?? []).flatMap(({ pixels: [top, bottom] }) =>
          (grid?.columns ?? []).map(({ pixels: [left, right] }) => (bottom - top) * (right - left)),
        )
        for (const one of area) expect(one).toBeLessThanOrEqual(largest)
      },
    )
    fc.assert(property, { numRuns: runs(300) })
  })
})

describe('memory', () => {
  it('is bytes or a text', () => {
    expect([bytesOf('1GiB'), bytesOf('1.5 MiB'), bytesOf('2KiB'), bytesOf('7B'), bytesOf(1000)]).toEqual([2 ** 30, 1.5 * 2 ** 20, 2048, 7, 1000])
    expect(['', '1', '1GB', '-1GiB', '0MiB', Number.NaN, 0, Infinity, null].map(bytesOf)).toEqual(Array.from({ length: 9 }, () => undefined))
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (bytes) => bytesOf(bytesText(bytes))! >= bytes))
    expect(() => compile(mse(pixels), { memory: '1GB' })).toThrow(/memory: received "1GB", expected bytes, or a text such as '1GiB'/)
    expect(() => compile(mse(pixels), { memory: '1GiB', progress: 1 as never })).toThrow(/progress: received 1, expected a function/)
  })

  it('that is too small says how much is needed, and that is enough', () => {
    const shape = [1, 64, 64, 3] as const
    const images = noise(1, shape)
    const f = compile(perceptual(['block1_conv1']), vgg, { memory: '1KiB' })
    expect(() => f(images, images)).toThrow(/'prediction' is 64 x 64, whose smallest tiles need .*iB of memory; `memory` allows 1KiB/)
    expect(compile(perceptual(['block1_conv1']), vgg, { memory: leastMemory(perceptual(['block1_conv1']), vgg, shape) }).tiling(shape)?.tiles).toBeGreaterThan(
      1,
    )
    images.dispose()
  })

  it('is explained', async () => {
    const { tiling, ...rest } = await explain(mse(pixels), { shape: [1, 900, 700, 3], memory: '1MiB' })
    expect(tiling).toEqual(compile(mse(pixels), { memory: '1MiB' }).tiling([1, 900, 700, 3]))
    expect(showExplanation({ ...rest, tiling })).toMatch(/by tiles: \d+ of at most \d+ x \d+, 0\.0 % of the pixels/)
    expect((await explain(mse(pixels), { shape: [1, 90, 70, 3] })).tiling).toBeUndefined()
  })

  it('is not exceeded, and what is said beforehand is what is taken', () => {
    const [shape, memory] = full ? ([[1, 160, 128, 3], '24MiB'] as const) : ([[1, 96, 80, 3], '12MiB'] as const)
    const [a, b] = [noise(1, shape), noise(2, shape)]
    const loss = sum(perceptual(['block2_conv2']), mse(gram(featureAt('block1_conv2'))), mse(pixels))
    const f = compile(loss, vgg, { memory })
    const cost = f.tiling(shape)!
    expect(cost.tiles).toBeGreaterThan(1)
    takeNumber(f(a, b))
    const gradient = 4 * b.size
    const peak = peakOver(() => gradientOf((x) => f(a, x), b)) - gradient
    expect(peak).toBeLessThanOrEqual(bytesOf(memory)!)
    expect(peak).toBeLessThanOrEqual(cost.peak)
    expect(peak).toBeGreaterThan(0.6 * cost.peak)
    tf.dispose([a, b])
  })
})

describe('what is not exact by tiles is rejected, with the term and the reason', () => {
  const refused: readonly (readonly [Loss<string, string>, RegExp])[] = [
    [
      sum(mse(pixels), named('context', contextual(pixels))),
      /The term context cannot be computed tile by tile: contextual compares every position with all others/,
    ],
    [slicedWasserstein(pixels), /slicedWasserstein sorts all positions/],
    [focalFrequency(pixels), /transforms the whole picture/],
    [msSsim(pixels), /several scales/],
    [structureTexture(pixels), /variances of the whole/],
    [ssim(pixels, { downsample: 'auto' }), /depends on the picture size/],
    [mse(masked(pixels, 'face')), /masked needs a mask/],
    [
      defineRegularizer({ id: 'acme.mine', laws: () => ({ range: [0, 1], smooth: true }), apply: () => (x) => tf.mean(x, [1, 2, 3]) })(pixels),
      /acme\.mine does not define how it adds up/,
    ],
  ]
  it.each(refused)('%#', (loss, words) => {
    const result = tryCompile(loss as Loss, { memory: '1GiB' })
    expect(E.isLeft(result) && new LossException(result.left).message).toMatch(words)
  })

  it('so are models whose layers do not say what they see, and heat maps', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [null, null, 3], filters: 2, kernelSize: 3, name: 'edges' })] })
    expect(() => compile(mse(featureAt('edges')), fromLayersModel(model, { layers: ['edges'] }), { memory: '1GiB' })).toThrow(
      /does not define the receptive field of edges/,
    )
    const images = noise(1, [1, 8, 8, 3])
    expect(() => compile(mse(pixels), { memory: '1GiB' }).heatmap(images, images)).toThrow(/Heat maps need whole pictures/)
    images.dispose()
    model.dispose()
  })
})

describe('in the hands of users', () => {
  const [shape, styleShape] = full ? ([[1, 45, 38, 3], [1, 61, 30, 3]] as const) : ([[1, 17, 14, 3], [1, 19, 12, 3]] as const) // prettier-ignore
  const loss = sum(named('content', perceptual(['block1_conv2'])), named('style', against('style', mse(gram(featureAt('block2_conv1'))))))

  it('prepared, with a style of another size, term by term, with an optimizer and progress, and nothing stays behind', async () => {
    const [target, style] = [noise(1, shape), noise(3, styleShape)]
    const passes: string[] = []
    const memory = leastMemory(loss as Loss<string, string>, vgg, shape)
    const f = compile(loss, vgg, {
      memory,
      progress: ({ pass, done, total }) => {
        if (done === total) passes.push(pass)
      },
    })
    const whole = compile(loss, vgg)
    const image = tf.variable(noise(2, shape))
    takeNumber(f({ target, style }, image))
    const before = tf.memory()
    const prepared = f.prepare({ target, style })
    // A Gram of 128 x 128, the pictures, which are shared (TensorFlow.js counts clones), and whether they are finite: no layer of them.
    expect(tf.memory().numBytes - before.numBytes).toBeLessThanOrEqual(4 * (128 * 128 + target.size + style.size + 1))
    const rows = await prepared.breakdown(image)
    const expected = await whole.breakdown({ target, style }, image)
    rows.forEach((row, i) => {
      expect(row.name).toBe(expected[i]!.name)
      expect(Math.abs(row.value - expected[i]!.value)).toBeLessThanOrEqual(1e-5 * Math.abs(expected[i]!.value))
    })
    const first = takeNumber(prepared(image))
    passes.length = 0
    const optimizer = tf.train.sgd(0.5)
    for (let i = 0; i < 3; i++) optimizer.minimize(() => prepared(image), false, [image])
    expect(passes).toEqual(['value', 'gradient', 'value', 'gradient', 'value', 'gradient'])
    expect(takeNumber(prepared(image))).toBeLessThan(first)
    prepared.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors + 1)
    expect(leaked(() => takeNumber(f({ target, style }, image)))).toBe(0)
    expect(leaked(() => gradientOf((x) => f({ target, style }, x), image))).toBe(0)
    optimizer.dispose()
    tf.dispose([target, style, image])
  })

  it('a reference made inside of the function that is differentiated', () => {
    const [a, b] = [noise(1, shape), noise(2, shape)]
    const f = compile(loss, vgg, { memory: leastMemory(loss as Loss<string, string>, vgg, shape) })
    const whole = compile(loss, vgg)
    const of = (g: typeof f) => gradientOf((x) => g({ target: tf.mul(a, 0.5), style: tf.square(a) }, tf.sigmoid(x)), b)
    const [received, expected] = [of(f), of(whole)]
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(received.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)).toBeLessThanOrEqual(1e-5 * scale)
    tf.dispose([a, b])
  })

  it('the empty sum', () => {
    const images = noise(1, shape)
    expect(takeNumber(compile(sum(), { memory: '1MiB' })(images, images))).toBe(0)
    images.dispose()
  })
})
