/** Bad input is a clear error before any work: what came, what was expected, what to do. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  compile,
  describeError,
  featureAt,
  LossException,
  mae,
  mse,
  perceptual,
  pixels,
  sum,
  totalVariation,
  tryCompile,
  vgg16,
  weighted,
  type CompiledLoss,
  type Extractor,
  type Loss,
  type Target,
  type Vgg16Layer,
} from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { leaked, takeNumber } from '../../support/tensors.js'

let network: Extractor<Vgg16Layer>
let f: CompiledLoss
let a: Tensor4D
let b: Tensor4D
beforeAll(async () => {
  network = await sharedVgg16()
  f = compile(sum(perceptual(), weighted(0.1, mae(pixels)), weighted(1e-3, totalVariation(pixels))), network)
  a = noise(1, [2, 12, 9, 3])
  b = noise(2, [2, 12, 9, 3])
})

describe('bad input is rejected before any work', () => {
  const good = () => noise(1, [1, 8, 8, 3])
  it.each([
    [
      'a single picture',
      () => tf.zeros([8, 8, 3]),
      /'prediction': received a float32 tensor \[8, 8, 3\], expected a float32 tensor \[batch, height, width, 3\].*expandDims/,
    ],
    ['integers', () => tf.zeros([1, 8, 8, 3], 'int32'), /int32 tensor \[1, 8, 8, 3\].*tf\.cast/],
    ['grey', () => tf.zeros([1, 8, 8, 1]), /\[1, 8, 8, 1\].*grayscaleToRGB/],
    ['alpha', () => tf.zeros([1, 8, 8, 4]), /\[1, 8, 8, 4\].*alpha/],
    ['no pictures', () => tf.zeros([0, 8, 8, 3]), /\[0, 8, 8, 3\].*at least one/],
    ['something else', () => 'picture.png' as never, /'prediction': received "picture.png"/],
    ['nothing', () => undefined as never, /'prediction': received undefined/],
  ])('%s', (_what, make, message) => {
    expect(() => f(good(), make() as Tensor)).toThrow(LossException)
    expect(() => f(good(), make() as Tensor)).toThrow(message)
    expect(() => f.perSample(good(), make() as Tensor)).toThrow(message)
  })

  it('also by breakdown, as a rejection', async () => {
    await expect(f.breakdown(good(), tf.zeros([8, 8, 3]))).rejects.toThrow(/expandDims/)
  })

  it('a disposed tensor', () => {
    const gone = good()
    gone.dispose()
    expect(() => f(good(), gone)).toThrow(/tensor 'prediction' was used after dispose/)
  })

  it('sizes that do not fit, with the term', () => {
    expect(() => f(noise(1, [1, 8, 8, 3]), noise(1, [1, 8, 9, 3]))).toThrow(
      /mse\(block2_conv2\) cannot compare 'target' \[1, 4, 4, 128\] with the prediction|cannot compare/,
    )
    expect(() => compile(mse(pixels))(noise(1, [1, 8, 8, 3]), noise(1, [1, 8, 9, 3]))).toThrow(
      /The term mse\(pixels\) cannot compare 'target' \[1, 8, 8, 3\] with the prediction \[1, 8, 9, 3\]/,
    )
  })

  it('batches that do not fit', () => {
    expect(() => f(noise(1, [2, 8, 8, 3]), noise(1, [3, 8, 8, 3]))).toThrow(/'target' has batch size 2, the prediction has 3/)
  })

  it('too small for the deepest layer', () => {
    const g = compile(mse(featureAt('block5_conv1')), network)
    expect(() => g(noise(1, [1, 16, 15, 3]), noise(1, [1, 16, 15, 3]))).toThrow(/16 x 15, too small for block5_conv1; expected at least 16 x 16/)
    expect(() => g.prepare(noise(1, [1, 15, 16, 3]))).toThrow(/'target' is 15 x 16, too small/)
  })

  it('an unknown layer, a missing network, the input of a pooling layer', () => {
    const dynamic = (layer: string): Loss<string, Target> => mse(featureAt(layer))
    expect(() => compile(dynamic('block3_conv9'), network)).toThrow(/'block3_conv9' is not a layer of vgg16. Did you mean block3_conv[123]\?/)
    expect(() => compile(mse(featureAt('block1_conv1')) as unknown as Loss)).toThrow(/layers block1_conv1, but received no extractor.*await vgg16\(\)/)
    expect(() => compile(mse(featureAt('block1_pool', { activation: 'pre' })), network)).toThrow(/cannot compute block1_pool: a pooling layer has no ReLU/)
  })

  it('options and arguments that are not', () => {
    const loose = compile as unknown as (...args: readonly unknown[]) => unknown
    expect(() => loose('mse')).toThrow(/The loss: received "mse", expected a loss/)
    expect(() => loose(mse(pixels), undefined, { range: [1, 0] })).toThrow(/range: received \[1,0\], expected two finite numbers/)
    expect(() => loose(mse(pixels), { rnage: [0, 1] })).toThrow(/compile: wrong option rnage: unknown option, expected one of range, .*Did you mean range\?/)
    expect(() => loose(mse(pixels), network, { preprocess: 'caffe' })).toThrow(/preprocess: received "caffe"/)
    expect(() => loose(mse(pixels), 7)).toThrow(/The extractor: received 7, expected an extractor/)
  })

  it('a disposed network, at compile time and at the call; a disposed loss', async () => {
    const own = await vgg16()
    const g = compile(perceptual(), own)
    own.dispose()
    expect(() => g(a, b)).toThrow(/extractor vgg16 was used after dispose/)
    expect(() => compile(perceptual(), own)).toThrow(/extractor vgg16 was used after dispose/)
    const h = compile(mse(pixels))
    const prepared = h.prepare(a)
    h.dispose()
    h.dispose()
    expect(() => h(a, b)).toThrow(/compiled loss was used after dispose/)
    expect(() => prepared(b)).toThrow(/after dispose/)
  })

  it('NaN, infinite and out-of-range values, when checked', () => {
    const g = compile(mse(pixels), { checked: true })
    const spoiled = (value: number) => tf.tensor4d([0, 0.5, value], [1, 1, 1, 3])
    const fine = spoiled(1)
    expect(takeNumber(g(fine, fine))).toBe(0)
    expect(() => g(fine, spoiled(Number.NaN))).toThrow(/'prediction' has 1 non-finite values \(NaN or infinity\) out of 3/)
    expect(() => g(spoiled(Infinity), fine)).toThrow(/'target' has 1 non-finite/)
    expect(() => g(fine, spoiled(255))).toThrow(/'prediction' has values from 0 to 255; expected 0 to 1/)
    expect(takeNumber(compile(mse(pixels), { checked: true, range: [0, 255] })(spoiled(255), spoiled(255)))).toBe(0)
  })

  it('leaves nothing behind when it rejects', () => {
    const [small, other] = [noise(1, [1, 8, 8, 3]), noise(1, [1, 8, 9, 3])]
    expect(
      leaked(() => {
        expect(() => f(small, other)).toThrow()
        expect(() => f.prepare(tf.variable as never)).toThrow()
      }),
    ).toBe(0)
  })
})

describe('tryCompile', () => {
  it('gives what compile throws, as a value', () => {
    const result = tryCompile(mse(featureAt('nonsense')) as Loss<string, Target>, network)
    expect(E.isLeft(result) && result.left._tag).toBe('UnknownLayer')
    expect(E.isLeft(result) && describeError(result.left)).toMatch(/'nonsense' is not a layer of vgg16/)
    const right = tryCompile(mse(pixels))
    expect(E.isRight(right) && takeNumber(right.right(a, b))).toBe(takeNumber(compile(mse(pixels))(a, b)))
  })
})
