/** A non-finite input never has a finite loss: NaN or Infinity in, NaN out, in value and gradient, in the samples that have it. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { RECIPES, type NetworkName } from '../../../scripts/conformance/suite.js'
import type { AnyExtractor } from '../../../src/core/language/extractor.js'
import {
  against,
  alexnet,
  alexnetShiftTolerant,
  compile,
  contextual,
  cosine,
  dists,
  featureAt,
  fromLayersModel,
  lpips,
  masked,
  mse,
  nonSaturating,
  perceptual,
  pixels,
  registerWasmKernels,
  scores,
  show,
  sum,
  totalVariation,
  tryCompile,
  type CompiledLoss,
} from '../../../src/index.js'
import type { AnyLoss } from '../../../src/core/language/loss.js'
import { builtInLeaves, builtInTransforms } from '../../../src/laws/optionArbitraries.js'
import { full } from '../../support/full.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, take, takeNumber, valueAndGradient } from '../../support/tensors.js'

/** Every recipe of the package, on its network; a test of the conformance suite says which are missing there. */
const recipes = Object.entries(RECIPES).flatMap(([name, drafts]) =>
  drafts
    .filter(({ loss }, i) => drafts.findIndex((other) => show(other.loss) === show(loss)) === i)
    .map(({ loss, network }) => ({ name: network === undefined ? name : `${name} over ${network}`, loss: loss as AnyLoss, network })),
)

const compiledOver = (loss: AnyLoss, extractor: AnyExtractor | undefined): CompiledLoss => compile(loss as never, extractor as never) as unknown as CompiledLoss

const extractorFor = async (network: NetworkName | 'onnx', loss: AnyLoss): Promise<AnyExtractor> => {
  if (network === 'vgg16') return sharedVgg16()
  if (network === 'alexnetShiftTolerant') return alexnetShiftTolerant()
  return network === 'alexnet' ? alexnet() : standIn(loss, network === 'squeezenet' ? SQUEEZENET_CHANNELS : [])
}

/** LPIPS' weights are for these. */
const SQUEEZENET_CHANNELS = [64, 128, 256, 384, 384, 512, 512]

/** Instead of a network whose weights are not in the package: its layers by their names, with the ReLU and max pooling that lose NaN. */
const standIn = (loss: AnyLoss, channels: readonly number[]): AnyExtractor => {
  const planned = tryCompile(loss as never)
  const layers = E.isLeft(planned) && planned.left._tag === 'MissingExtractor' ? planned.left.layers : []
  const conv = (name: string, at: number) =>
    tf.layers.conv2d({
      filters: channels[at] ?? 4,
      kernelSize: 1,
      padding: 'same',
      activation: 'relu',
      name,
      ...(at === 0 ? { inputShape: [null, null, 3] } : {}),
    })
  const pool = () => tf.layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' })
  return fromLayersModel(tf.sequential({ layers: layers.flatMap((name, i) => [conv(name, i), pool()]) }), { layers })
}

// Frozen models take the gradient of their filters, too.
registerWasmKernels()

/** The smallest that a network takes. */
const SMALLEST = {
  none: [2, 16, 16, 3],
  vgg16: [2, 16, 16, 3],
  alexnet: [2, 32, 32, 3],
  alexnetShiftTolerant: [2, 21, 21, 3],
  vgg19: [2, 6, 6, 3],
  squeezenet: [2, 6, 6, 3],
  onnx: [2, 16, 16, 3],
} as const

/** The smallest of a recipe that looks at smaller pictures, too. */
const LARGER: Readonly<Record<string, Shape>> = { 'wassersteinDistortion over vgg16': [2, 61, 61, 3] }

type Shape = readonly [number, number, number, number]

/** Pictures whose last sample has these values, at one number or at all. */
const broken = (seed: number, shape: Shape, value: number, everywhere: boolean): Tensor4D => {
  const values = take(noise(seed, shape))
  const each = values.length / shape[0]
  if (everywhere) values.fill(value, values.length - each)
  else values[values.length - Math.floor(each / 3)] = value
  return tf.tensor4d(values, [...shape])
}

const KINDS: readonly (readonly [what: string, value: number, everywhere: boolean])[] = [
  ['NaN everywhere', NaN, true],
  ['one NaN', NaN, false],
  ['one Infinity', Infinity, false],
  ['one -Infinity', -Infinity, false],
]

type Side = 'prediction' | 'target'
const SIDES: readonly Side[] = ['prediction', 'target']

/** The last sample is NaN in value and in all of its gradient; the one before is not. */
const expectNaN = (f: CompiledLoss, x: Tensor4D, y: Tensor4D, what: string): void => {
  const [first, last] = take(f.perSample(x, y))
  expect(first, `${what}: the finite sample`).not.toBeNaN()
  expect(last, `${what}: the other sample`).toBeNaN()
  const [value, gradient] = valueAndGradient((z) => f(x, z as Tensor4D), y)
  expect(value, what).toBeNaN()
  const half = gradient.length / 2
  expect(gradient.slice(0, half).some(Number.isNaN), `${what}: the gradient of the finite sample`).toBe(false)
  expect(gradient.slice(half).every(Number.isNaN), `${what}: the gradient of the other sample`).toBe(true)
}

/** In a quick run of two kinds or more, each is on one side. */
const expectAllKinds = (f: CompiledLoss, shape: Shape, kinds = full ? KINDS : KINDS.slice(1, 3), sides: readonly Side[] = SIDES): void => {
  for (const [i, [what, value, everywhere]] of kinds.entries()) {
    const [fine, bad] = [noise(1, shape), broken(2, shape, value, everywhere)]
    for (const side of full || kinds.length === 1 ? sides : [sides[i % sides.length]!])
      expectNaN(f, ...(side === 'prediction' ? ([fine, bad] as const) : ([bad, fine] as const)), `${what} in the ${side}`)
    tf.dispose([fine, bad])
  }
}

/** The metrics whose pictures are not scanned. */
const keepingNonFinite = builtInLeaves.flatMap(({ id, plain }) => {
  const loss = plain(pixels)
  return loss._tag === 'Compare' && loss.metric.keepsNonFinite ? [[id, loss] as const] : []
})

const small: Shape = [2, 16, 16, 3]

describe('a non-finite picture', () => {
  it.each(builtInLeaves.map((leaf) => [leaf.id, leaf] as const))('%s of pixels', (_id, leaf) => {
    const side = Math.max(16, leaf.minSide)
    expectAllKinds(compile(sum(mse(pixels), leaf.plain(pixels)) as never), [2, side, side, 3])
  })

  it.each(keepingNonFinite)('%s keeps non-finite values, so its pictures are not scanned', async (_id, loss) => {
    const f = compiledOver(loss, undefined)
    expectAllKinds(f, small, KINDS)
    const bad = broken(2, small, Infinity, false)
    expectNaN(f, bad, bad, 'the same Infinity on both sides')
    expect((await f.breakdown(bad, bad)).map(({ value }) => value)).toEqual([NaN])
    const prepared = f.prepare(bad)
    expect([...take(prepared.perSample(noise(1, small)))].map(Number.isNaN)).toEqual([false, true])
    prepared.dispose()
    const heat = take(f.heatmap(noise(1, small), bad))
    expect(heat.slice(0, heat.length / 2).some(Number.isNaN)).toBe(false)
    expect(heat.slice(heat.length / 2).every(Number.isNaN)).toBe(true)
  })

  it.each(builtInTransforms.map((transform) => [transform.id, transform] as const))('a feature by %s', (_id, transform) => {
    expectAllKinds(compile(mse(transform.plain(pixels)) as never), small)
  })

  // Those of large pictures take tens of seconds: one kind, and in a quick run none.
  it.each(full ? recipes : recipes.filter(({ name }) => LARGER[name] === undefined))('the recipe $name', async ({ name, loss, network }) => {
    const extractor = network === undefined ? undefined : await extractorFor(network, loss)
    const all = full && LARGER[name] === undefined
    expectAllKinds(compiledOver(loss, extractor), LARGER[name] ?? SMALLEST[network ?? 'none'], KINDS.slice(1, all ? 3 : 2), all ? SIDES : ['prediction'])
  })

  it('needs no scan by mse, mae, charbonnier and huber', () => {
    expect(keepingNonFinite.map(([id]) => id)).toEqual(['mse', 'mae', 'charbonnier', 'huber'])
  })

  it('prepared, on either side, leaving nothing behind', () => {
    const f = compile(sum(mse(pixels), totalVariation(pixels)))
    const [fine, bad] = [noise(1, small), broken(2, small, NaN, false)]
    for (const [x, y] of [
      [fine, bad],
      [bad, fine],
    ] as const) {
      const prepared = f.prepare(x)
      expect([...take(prepared.perSample(y))].map(Number.isNaN)).toEqual([false, true])
      expect(leaked(() => takeNumber(prepared(y)))).toBe(0)
      prepared.dispose()
    }
    f.dispose()
  })

  it('every row of the breakdown, the whole heatmap of its sample, and scores', async () => {
    const f = compile(sum(mse(pixels), totalVariation(pixels)))
    const [fine, bad] = [noise(1, small), broken(2, small, Infinity, false)]
    expect((await f.breakdown(fine, bad)).map(({ value }) => value)).toEqual([NaN, NaN])
    const heat = take(f.heatmap(fine, bad))
    expect(heat.slice(0, heat.length / 2).some(Number.isNaN)).toBe(false)
    expect(heat.slice(heat.length / 2).every(Number.isNaN)).toBe(true)
    expect(await scores.psnr(fine, bad)).toBeNaN()
    expect(await scores.ssim(bad, fine)).toBeNaN()
  })

  it('by tiles', async () => {
    const f = compile(sum(perceptual(), mse(pixels)), await sharedVgg16(), { memory: '256MiB' })
    expectAllKinds(f, small, KINDS.slice(1, 2))
  })

  it('as a mask, or as one reference of two', () => {
    const f = compile(mse(masked(pixels, 'face')))
    const [x, y] = [noise(1, small), noise(2, small)]
    const mask = tf.tensor4d(new Float32Array(256).fill(1).with(9, NaN), [1, 16, 16, 1])
    expect(takeNumber(f({ target: x, face: mask }, y))).toBeNaN()
    const g = compile(sum(mse(pixels), against('style', mse(pixels))))
    expect([...take(g.perSample({ target: x, style: broken(3, small, NaN, false) }, y))].map(Number.isNaN)).toEqual([false, true])
  })

  it('for a live extractor', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [null, null, 3], filters: 4, kernelSize: 3, activation: 'relu', name: 'eye' })] })
    const live = fromLayersModel(model, { layers: ['eye'], live: true })
    const f = compile(nonSaturating(featureAt('eye')) as never, live as never) as unknown as CompiledLoss
    const bad = broken(2, small, NaN, true)
    expect([...take(f.perSample({} as never, bad))].map(Number.isNaN)).toEqual([false, true])
    expect(gradientOf((z) => f({} as never, z as Tensor4D), bad).filter(Number.isNaN)).toHaveLength(768)
  })

  it('finite pictures keep their loss, up to a sum of 3.4e38', () => {
    const f = compile(totalVariation(pixels))
    expect(takeNumber(f(tf.zeros([1, 8, 8, 3]), tf.fill([1, 8, 8, 3], 1e36)))).toBe(0)
  })
})

/** Losses that do not change when a very large picture becomes larger: biases are nothing beside it, and their features are divided by their size. */
const SCALE_FREE: readonly (readonly [string, AnyLoss, NetworkName])[] = [
  ['lpips over VGG16', lpips({ net: 'vgg' }), 'vgg16'],
  ['lpips over AlexNet', lpips(), 'alexnet'],
  ['dists', dists(), 'vgg16'],
  ['cosine', cosine(featureAt('block3_conv3')), 'vgg16'],
  ['contextual', contextual(featureAt('block3_conv3')), 'vgg16'],
]

describe('a finite picture that is too large for a network', () => {
  it.each(SCALE_FREE)('%s: the value is right or NaN', async (_name, loss, network) => {
    const f = compiledOver(loss, await extractorFor(network, loss))
    const [x, signs] = [noise(1, [1, 32, 32, 3]), tf.sub(noise(2, [1, 32, 32, 3]), 0.5)]
    const at = (size: number): number => takeNumber(tf.tidy(() => f(x, tf.mul(signs, size) as Tensor4D)))
    const expected = at(1e6)
    expect(expected).toBeGreaterThan(0)
    for (const size of full ? [1e9, 1e12, 1e14, 1e15, 1e17, 1e19, 1e24, 1e30, 1e38] : [1e9, 1e15, 1e19]) {
      const value = at(size)
      // Four digits: float32 sums of values of both signs.
      if (!Number.isNaN(value)) expect(Math.abs(value / expected - 1), `${String(size)} times as large`).toBeLessThan(1e-3)
    }
    expect(at(1e12)).not.toBeNaN()
    expect(at(1e38)).toBeNaN()
    tf.dispose([x, signs])
  })

  it.each(full ? [1e15, 1e19, 1e30, 1e38] : [1e15, 1e38])('one pixel of %s: NaN', async (value) => {
    for (const [, loss, network] of SCALE_FREE) {
      const f = compiledOver(loss, await extractorFor(network, loss))
      const [x, y] = [noise(1, [1, 32, 32, 3]), broken(2, [1, 32, 32, 3], value, false)]
      expect(takeNumber(f(x, y))).toBeNaN()
      tf.dispose([x, y])
    }
  })
})
