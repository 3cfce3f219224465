/** A network looks at a transform of the picture: the features are those of the transformed picture. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  blurred,
  compile,
  decode,
  encode,
  explain,
  featureAt,
  fromLayersModel,
  gram,
  lossEq,
  luma,
  masked,
  mse,
  pixels,
  registerWasmKernels,
  resized,
  show,
  showExplanation,
  sum,
  unitNormalized,
  type Extractor,
  type Vgg16Layer,
} from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { norm, take, takeNumber, valueAndGradient } from '../../support/tensors.js'

const LAYER = 'block2_conv1'
// Networks in training take the gradient of their filters.
registerWasmKernels()

let vgg: Extractor<Vgg16Layer>
beforeAll(async () => {
  vgg = await sharedVgg16()
})

const [target, prediction] = [noise(1, [2, 32, 40, 3]), noise(2, [2, 32, 40, 3])]

/** The loss without `of`, of pictures that were transformed by hand. */
const byHand = (view: (picture: Tensor4D) => Tensor4D) => {
  const plain = compile(mse(featureAt(LAYER)), vgg)
  return (y: Tensor4D, x: Tensor4D) => plain(view(y), view(x))
}

/** Bilinear with half-pixel centres, half the size is the mean of each 2 x 2 pixels. */
const halved = (picture: Tensor4D): Tensor4D => tf.avgPool(picture, 2, 2, 'valid')

/** Each channel is 0.299 R + 0.587 G + 0.114 B. */
const grey = (picture: Tensor4D): Tensor4D => tf.tile(tf.sum<Tensor4D>(tf.mul(picture, [0.299, 0.587, 0.114]), -1, true), [1, 1, 1, 3])

describe('featureAt(layer, { of })', () => {
  // Float32 sums in another order: the values are those of 1e3 additions, so 1e-5 of them is rounding.
  it.each([
    ['resized', resized(pixels, { scale: 0.5, antialias: false }), halved],
    ['grey', luma(pixels), grey],
  ] as const)('has value and gradient of the picture %s by hand', (_name, of, view) => {
    const f = compile(mse(featureAt(LAYER, { of })), vgg)
    const [value, gradient] = valueAndGradient((x) => f(target, x as Tensor4D), prediction)
    const expected = tf.tidy(() => tf.valueAndGrad((x: Tensor4D) => tf.mean(byHand(view)(target, x)))(prediction))
    expect(Math.abs(value - takeNumber(expected.value))).toBeLessThan(1e-5 * value)
    const difference = expected.grad.dataSync<'float32'>().map((v, i) => v - (gradient[i] ?? 0))
    expect(norm(difference)).toBeLessThan(1e-4 * norm(gradient))
    f.dispose()
  })

  it('looks once at equal pictures, and once more at each other one', () => {
    let passes = 0
    const counted: Extractor<Vgg16Layer> = {
      ...vgg,
      features: (...args) => {
        passes += 1
        return vgg.features(...args)
      },
    }
    const half = { of: resized(pixels, { scale: 0.5 }) }
    const loss = sum(mse(featureAt('block1_conv1', half)), mse(featureAt('block2_conv1', { of: resized(pixels, { scale: 0.5 }) })), mse(featureAt(LAYER)))
    const f = compile(loss, counted)
    const prepared = f.prepare(target)
    passes = 0
    prepared(prediction).dispose()
    expect(passes).toBe(2)
    prepared.dispose()
  })

  it('is the sum of its scales, in one function', () => {
    const scales = [1, 0.5, 0.25].map((scale) => mse(featureAt('block1_conv2', { of: resized(pixels, { scale }) })))
    const apart = scales.map((loss) => takeNumber(compile(loss, vgg)(target, prediction)))
    const together = takeNumber(compile(sum(...scales), vgg)(target, prediction))
    // A sum of three float32 numbers.
    expect(together).toBeCloseTo(apart[0]! + apart[1]! + apart[2]!, 5)
  })

  it('takes a mask within the picture', () => {
    const f = compile(mse(featureAt('block1_conv1', { of: masked(pixels, { mask: 'inside' }) })), vgg)
    const inside = tf.concat([tf.ones([1, 32, 20, 1]), tf.zeros([1, 32, 20, 1])], 2) as Tensor4D
    const seen = (pictures: Tensor4D): Tensor4D => tf.mul(pictures, inside)
    const plain = compile(mse(featureAt('block1_conv1')), vgg)
    const value = takeNumber(f({ target, inside }, prediction))
    expect(Math.abs(value - takeNumber(plain(seen(target), seen(prediction))))).toBeLessThan(1e-5 * value)
  })

  it('is computed in tiles', () => {
    const loss = mse(featureAt('block1_conv2', { of: blurred(pixels, { sigma: 1 }) }))
    const [a, b] = [noise(3, [1, 200, 180, 3]), noise(4, [1, 200, 180, 3])]
    const [whole, tiled] = [compile(loss, vgg), compile(loss, vgg, { memory: '24MiB' })]
    expect(tiled.tiling([1, 200, 180, 3])!.tiles).toBeGreaterThan(1)
    const [value, gradient] = valueAndGradient((x) => whole(a, x as Tensor4D), b)
    const [inTiles, tiledGradient] = valueAndGradient((x) => tiled(a, x as Tensor4D), b)
    expect(Math.abs(inTiles - value)).toBeLessThan(1e-5 * value)
    expect(norm(gradient.map((v, i) => v - (tiledGradient[i] ?? 0)))).toBeLessThan(1e-4 * norm(gradient))
  })

  it('is of a network in training, whose variables get their gradient from both sides', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [null, null, 3], name: 'first' })] })
    const live = fromLayersModel(model, { layers: ['first'], live: true })
    const f = compile(mse(featureAt('first', { of: luma(pixels) })), live)
    const [kernel] = model.trainableWeights.map((weight) => weight.read())
    const plain = (x: Tensor4D) => model.predict(grey(x)) as Tensor4D
    const expected = tf.tidy(() => tf.variableGrads(() => tf.losses.meanSquaredError(plain(target), plain(prediction)) as tf.Scalar))
    const { grads } = tf.variableGrads(() => f(target, prediction))
    const [ours, theirs] = [grads, expected.grads].map((all) => take(Object.values(all).find(({ shape }) => shape.length === kernel!.rank)!))
    expect(norm(theirs!)).toBeGreaterThan(0)
    // Float32 sums over 2 x 30 x 38 positions in another order.
    expect(norm(ours!.map((v, i) => v - theirs![i]!))).toBeLessThan(1e-4 * norm(theirs!))
  })

  it('is written, read and shown', () => {
    const loss = mse(featureAt('block3_conv3', { activation: 'pre', of: blurred(luma(pixels), { sigma: 2 }) }))
    expect(show(loss)).toBe("mse(featureAt('block3_conv3', { activation: 'pre', of: blurred(luma(pixels), { sigma: 2 }) }))")
    expect(encode(loss).loss).toEqual({
      metric: 'mse',
      feature: {
        layer: 'block3_conv3',
        activation: 'pre',
        of: { transform: 'blurred', feature: { transform: 'luma', feature: 'pixels' }, options: { sigma: 2 } },
      },
    })
    expect(lossEq.equals(decode(encode(loss)), loss)).toBe(true)
    expect(lossEq.equals(mse(featureAt('block3_conv3', { of: luma(pixels) })), mse(featureAt('block3_conv3')))).toBe(false)
    expect(lossEq.equals(mse(featureAt('block3_conv3', { of: pixels })), mse(featureAt('block3_conv3')))).toBe(true)
  })

  it('is explained: each look with its own cost', async () => {
    const half = resized(pixels, { scale: 0.5 })
    const loss = sum(mse(featureAt('block1_conv1')), mse(featureAt('block1_conv1', { activation: 'pre', of: half })))
    const explained = await explain(loss, vgg, { shape: [1, 64, 64, 3] })
    const { layers, features, flops } = explained
    expect(showExplanation(explained)).toMatch(/^block1_conv1 .* yes\nblock1_conv1 of resized\(pixels\) .* yes$/m)
    expect(layers.map(({ layer, shape }) => [layer, shape])).toEqual([
      ['block1_conv1', [1, 64, 64, 64]],
      ['block1_conv1 of resized(pixels)', [1, 32, 32, 64]],
    ])
    expect(features.map(({ feature }) => feature)).toEqual(['block1_conv1', 'pixels', 'resized(pixels)', 'block1_conv1:pre of resized(pixels)'])
    // 27 multiplications and additions, the bias and the ReLU for each number.
    expect(layers.map((layer) => layer.flops)).toEqual([64 * 64 * 64 * 56, 32 * 32 * 64 * 56])
    expect(flops.prepared).toBeGreaterThan(0)
  })

  it('refuses what is no picture, in a line', () => {
    expect(() => featureAt('block1_conv1', { of: featureAt('block1_conv1') as never })).toThrow(/of.*expected pixels or a transform of them/)
    expect(() => decode({ version: 1, loss: { metric: 'mse', feature: { layer: 'block1_conv1', of: { layer: 'block1_conv1' } } } })).toThrow(
      /pixels.*transform/,
    )
    const wrong = compile(mse(featureAt('block1_conv1', { of: gram(pixels) })), vgg)
    expect(() => wrong(target, prediction)).toThrow(/block1_conv1.*received.*a network looks at pictures/)
    const small = compile(mse(featureAt('block5_conv1', { of: resized(pixels, { scale: 0.25 }) })), vgg)
    expect(() => small(target, prediction)).toThrow(/8.*10/)
  })

  it('has a normalized picture among its transforms', () => {
    const f = compile(mse(featureAt('block1_conv1', { of: unitNormalized(pixels) })), vgg)
    expect(takeNumber(f(target, target))).toBe(0)
  })
})
