/**
 * What the compiler must accept and refuse; `npm run types` holds it (an unused @ts-expect-error is an error). The functions are never called.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import { function as F, monoid } from 'fp-ts'
import { describe, expectTypeOf, it } from 'vitest'
import {
  against,
  charbonnier,
  compile,
  featureAt,
  gram,
  johnsonContent,
  johnsonStyle,
  lossMonoid,
  luma,
  mae,
  masked,
  mean,
  mse,
  named,
  perceptual,
  pixels,
  sum,
  totalVariation,
  tryCompile,
  weighted,
  type CompiledLoss,
  type Extractor,
  type Loss,
  type Vgg16Layer,
} from '../../../src/index.js'

declare const vgg16: Extractor<Vgg16Layer>
declare const image: Tensor
declare const fromJson: Loss<string, string>

/** Never called: what is inside is only type-checked. */
const typesOnly = (program: () => unknown): boolean => typeof program === 'function'

describe('layers are types', () => {
  it('an unknown layer is rejected', () => {
    typesOnly(() => compile(mse(featureAt('block3_conv3')), vgg16))
    typesOnly(() => compile(mse(featureAt('relu3_3')), vgg16))
    typesOnly(() => compile(mse(featureAt('conv5_3')), vgg16))
    typesOnly(() => compile(mse(featureAt('block5_pool')), vgg16))
    typesOnly(() => compile(mse(featureAt('block3_conv3', { of: luma(pixels) })), vgg16))
    // @ts-expect-error block9_conv9 is not a layer of VGG16
    typesOnly(() => compile(mse(featureAt('block9_conv9')), vgg16))
    // @ts-expect-error nor is it one of another picture
    typesOnly(() => compile(mse(featureAt('block9_conv9', { of: luma(pixels) })), vgg16))
    // @ts-expect-error a network looks at a picture, not at another layer
    typesOnly(() => featureAt('block1_conv1', { of: featureAt('block1_conv2') }))
    // @ts-expect-error the mask of the picture is a reference that is missing here
    typesOnly(() => compile(mse(featureAt('block1_conv1', { of: masked(pixels, { mask: 'inside' }) })), vgg16)(image, image))
    // @ts-expect-error block1_conv3 is not a layer of VGG16 (its first block has two)
    typesOnly(() => compile(mse(featureAt('block1_conv3')), vgg16))
    // @ts-expect-error one wrong layer deep inside is enough
    typesOnly(() => compile(sum(mse(pixels), named('x', weighted(2, mean(mae(gram(featureAt('block3_conv4'))))))), vgg16))
    // @ts-expect-error the same as an Either
    typesOnly(() => tryCompile(mse(featureAt('block9_conv9')), vgg16))
  })

  it('a loss that needs a network is rejected without one, and one on pixels needs none', () => {
    typesOnly(() => compile(mse(pixels)))
    typesOnly(() => compile(mse(pixels), { range: [0, 255] }))
    typesOnly(() => compile(totalVariation(pixels), vgg16))
    // @ts-expect-error no network was given
    typesOnly(() => compile(mse(featureAt('block1_conv1'))))
    // @ts-expect-error no network was given
    typesOnly(() => compile(sum(mse(pixels), mse(featureAt('block1_conv1'))), { range: [0, 1] }))
  })

  it('combinators keep the union of the layers', () => {
    const loss = sum(mse(featureAt('block1_conv1')), weighted(2, sum(mae(pixels), mae(gram(featureAt('block2_conv2'))))))
    expectTypeOf(loss).toEqualTypeOf<Loss<'block1_conv1' | 'block2_conv2', 'target'>>()
    expectTypeOf(perceptual()).toEqualTypeOf<Loss<'block2_conv2' | 'block3_conv3', 'target'>>()
    expectTypeOf(perceptual(['block1_conv1'])).toEqualTypeOf<Loss<'block1_conv1', 'target'>>()
    expectTypeOf(totalVariation(pixels)).toExtend<Loss>()
    expectTypeOf(sum()).toEqualTypeOf<Loss>()
  })

  it('pipe reads as the nested form', () => {
    const piped = F.pipe(featureAt('block3_conv3'), charbonnier.with({ epsilon: 1e-3 }), weighted(0.5), named('x'), against('style'))
    expectTypeOf(piped).toEqualTypeOf<Loss<'block3_conv3', 'style'>>()
    const plain = F.pipe(featureAt('block3_conv3'), gram, mse, weighted(0.5))
    expectTypeOf(plain).toEqualTypeOf<Loss<'block3_conv3', 'target'>>()
  })

  it('a loss whose layers are not known is checked at run time', () => {
    typesOnly(() => compile(fromJson, vgg16))
    typesOnly(() => compile(monoid.concatAll(lossMonoid)([mse(pixels), mse(featureAt('block1_conv1'))]), vgg16))
  })
})

describe('references are types', () => {
  const loss = sum(johnsonContent(), weighted(20, against('style', johnsonStyle())))

  it('every reference must be given', () => {
    expectTypeOf(loss).toExtend<Loss<Vgg16Layer, 'target' | 'style'>>()
    typesOnly(() => compile(loss, vgg16)({ target: image, style: image }, image))
    // @ts-expect-error style is missing
    typesOnly(() => compile(loss, vgg16)({ target: image }, image))
    // @ts-expect-error style is missing
    typesOnly(() => compile(loss, vgg16)(image, image))
    // @ts-expect-error style is missing
    typesOnly(() => compile(loss, vgg16).prepare({ target: image }))
    typesOnly(() => compile(against('style', johnsonStyle()), vgg16)({ style: image }, image))
  })

  it('an inner name wins, regularizers have none, and target alone may be a tensor', () => {
    expectTypeOf(against('a', against('b', mse(pixels)))).toEqualTypeOf<Loss<never, 'b'>>()
    expectTypeOf(against('a', sum(mse(pixels), against('b', mse(pixels))))).toEqualTypeOf<Loss<never, 'a' | 'b'>>()
    expectTypeOf(against('a', totalVariation(pixels))).toExtend<Loss>()
    typesOnly(() => compile(mse(pixels))(image, image))
    typesOnly(() => compile(mse(pixels))({ target: image }, image))
    typesOnly(() => compile(fromJson, vgg16)(image, image))
    typesOnly(() => compile(fromJson, vgg16)({ target: image, style: image }, image))
  })

  it('a compiled loss is a loss function of tf.LayersModel', () => {
    expectTypeOf<CompiledLoss>().toExtend<(yTrue: Tensor, yPred: Tensor) => Scalar>()
  })
})
