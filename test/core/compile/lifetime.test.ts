/** Faults in the middle: disposed of twice, in another order or in use; NaN that arises inside, and where; tensors of another TensorFlow.js. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  compile,
  defineMetric,
  defineTransform,
  featureAt,
  fromLayersModel,
  gram,
  mae,
  masked,
  mse,
  perceptual,
  pixels,
  sum,
  vgg16,
  weighted,
} from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { refused } from '../../support/refused.js'
import { leaked, take, takeNumber } from '../../support/tensors.js'

let a: Tensor4D
let b: Tensor4D
beforeAll(() => {
  a = noise(1, [1, 16, 16, 3])
  b = noise(2, [1, 16, 16, 3])
})

describe('disposing', () => {
  it('twice is once, in every order', async () => {
    const before = tf.memory().numTensors
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      const network = await vgg16()
      const f = compile(perceptual(), network)
      const prepared = f.prepare(a)
      takeNumber(prepared(b))
      const things = [prepared, f, network]
      for (const i of [...order, ...order]) things[i]?.dispose()
      expect(refused(() => prepared(b))).toMatchObject({ _tag: 'Disposed' })
      expect(refused(() => f(a, b))).toMatchObject({ _tag: 'Disposed' })
      expect(refused(() => f.prepare(a))).toMatchObject({ _tag: 'Disposed' })
      expect(refused(() => f.heatmap(a, b))).toMatchObject({ _tag: 'Disposed' })
      await expect(f.breakdown(a, b)).rejects.toMatchObject({ error: { _tag: 'Disposed' } })
    }
    expect(tf.memory().numTensors).toBe(before)
  })

  it('in the middle of a breakdown leaves the breakdown whole', async () => {
    const network = await vgg16()
    const f = compile(perceptual(), network)
    const prepared = f.prepare(a)
    const [fresh, kept] = [f.breakdown(a, b), prepared.breakdown(b)]
    prepared.dispose()
    f.dispose()
    network.dispose()
    expect(await fresh).toEqual(await kept)
    expect((await fresh).every(({ value }) => value > 0)).toBe(true)
  })

  it('before the value is read leaves the value', async () => {
    const f = compile(mse(pixels))
    const value = f(a, b)
    const read = value.data()
    f.dispose()
    expect((await read)[0]).toBe(takeNumber(value))
  })

  it('of the network between the value and its gradient is an error, and leaves nothing on the backend', async () => {
    const before = tf.memory().numTensors
    const network = await vgg16()
    const f = compile(perceptual(), network)
    const step = () =>
      tf.tidy(() =>
        tf.grad((x) => {
          const value = f(a, x)
          network.dispose()
          return value
        })(b),
      )
    expect(refused(step)).toEqual({ _tag: 'Disposed', what: 'The extractor vgg16' })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('of what was prepared between the value and its gradient leaves the gradient', () => {
    const f = compile(mse(pixels))
    const expected = take(tf.tidy(() => tf.grad((x) => f(a, x))(b)))
    const prepared = f.prepare(a)
    const gradient = take(
      tf.tidy(() =>
        tf.grad((x) => {
          const value = prepared(x)
          prepared.dispose()
          return value
        })(b),
      ),
    )
    expect(gradient).toEqual(expected)
  })

  it('of the pictures that were prepared changes nothing of what is prepared', () => {
    const f = compile(sum(mse(pixels), mae(gram(pixels))))
    const target = noise(1, [1, 16, 16, 3])
    const prepared = f.prepare(target)
    const expected = takeNumber(prepared(b))
    target.dispose()
    expect(takeNumber(prepared(b))).toBe(expected)
    prepared.dispose()
  })

  it('of the pictures in the middle of a step is an error of the next one', () => {
    const f = compile(mse(pixels))
    const target = noise(1, [1, 16, 16, 3])
    takeNumber(f(target, b))
    target.dispose()
    expect(refused(() => f(target, b))).toEqual({ _tag: 'Disposed', what: "The tensor 'target'" })
  })
})

describe('NaN that arises inside, when checked', () => {
  const reciprocal = defineTransform({ id: 'test.reciprocal', smooth: () => false, apply: () => (x: Tensor) => tf.div(1, x) })
  const logarithm = defineMetric({
    id: 'test.logarithm',
    laws: () => ({ symmetric: false, zeroOnIdentity: false, range: [-Infinity, Infinity], smooth: false }),
    apply: () => (reference, prediction) => tf.mean(tf.log(tf.sub(prediction, reference)), [1, 2, 3]),
  })
  /** Its value at 0 is 0, its gradient there infinite times 0. */
  const root = defineMetric({
    id: 'test.root',
    laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
    apply: () => (reference, prediction) => tf.sqrt(tf.sum<Tensor1D>(tf.square(tf.sub(prediction, reference)), [1, 2, 3])),
  })
  const black = (): Tensor4D => tf.zeros([1, 16, 16, 3])
  const gradient = (f: (reference: Tensor, prediction: Tensor) => Tensor, of: Tensor4D) => () => tf.tidy(() => tf.grad((x) => f(of, x))(of))

  it('is found in the transform, and whose picture it is', () => {
    const f = compile(mse(reciprocal(pixels)), { checked: true })
    expect(refused(() => f(a, black()))).toMatchObject({
      _tag: 'NotFiniteInside',
      what: "test.reciprocal(pixels) of 'prediction'",
      count: 768,
      size: 768,
      reason: 'the transform test.reciprocal produces them',
    })
    expect(refused(() => f(black(), b))).toMatchObject({ what: "test.reciprocal(pixels) of 'target'" })
    expect(refused(() => f.prepare(black()))).toMatchObject({ what: "test.reciprocal(pixels) of 'target'" })
  })

  it('is found in the term', () => {
    const f = compile(sum(mse(pixels), weighted(2, logarithm(pixels))), { checked: true })
    expect(refused(() => f(a, a))).toMatchObject({
      what: 'The term test.logarithm(pixels)',
      count: 1,
      size: 1,
      reason: 'the metric test.logarithm produces them',
    })
    expect(() => f(a, a)).toThrow(/produced 1 non-finite values \(NaN or infinity\) out of 1 from finite inputs/)
  })

  it('is found in the gradient of the term', () => {
    const f = compile(sum(mse(pixels), root(pixels)), { checked: true })
    expect(takeNumber(f(a, a))).toBe(0)
    expect(refused(gradient(f, a))).toMatchObject({
      what: "The gradient of the term test.root(pixels) in pixels of 'prediction'",
      reason: 'the metric test.root produces them in the backward pass',
    })
  })

  it('is found in the gradient of a transform', () => {
    const rooted = defineTransform({ id: 'test.rooted', smooth: () => false, apply: () => (x: Tensor) => tf.sqrt(x) })
    const f = compile(mse(rooted(pixels)), { checked: true })
    expect(refused(gradient((_, x) => f(a, x), black()))).toMatchObject({ what: "The gradient in 'prediction'" })
  })

  it('is found in the first layer that produces it, before the tapped one', () => {
    const layer = (name: string, value: number) =>
      tf.layers.conv2d({ name, filters: 3, kernelSize: 1, inputShape: [16, 16, 3], kernelInitializer: tf.initializers.constant({ value }) })
    const model = tf.sequential({ layers: [layer('first', 1), layer('second', 3e38), layer('third', 1)] })
    const network = fromLayersModel(model)
    const f = compile(sum(mse(featureAt('first')), mse(featureAt('third'))), network, { checked: true })
    const bright = (): Tensor4D => tf.ones([1, 16, 16, 3])
    expect(refused(() => f(black(), bright()))).toMatchObject({
      what: "third of 'prediction'",
      count: 768,
      reason: expect.stringMatching(/^the layer second of .* is the first that produces them$/) as unknown,
    })
    network.dispose()
    model.dispose()
  })

  it('costs nothing where it does not arise: the same value, gradient and breakdown', async () => {
    const network = await sharedVgg16()
    const loss = sum(perceptual(), weighted(0.1, mae(masked(pixels, 'mask'))))
    const mask = tf.ones<tf.Rank.R4>([1, 16, 16, 1])
    const [f, g] = [compile(loss, network), compile(loss, network, { checked: true })]
    const given = { target: a, mask } as never
    expect(takeNumber(g(given, b))).toBe(takeNumber(f(given, b)))
    expect(take(tf.tidy(() => tf.grad((x) => g(given, x))(b)))).toEqual(take(tf.tidy(() => tf.grad((x) => f(given, x))(b))))
    expect(await g.breakdown(given, b)).toEqual(await f.breakdown(given, b))
    expect(
      leaked(() => expect(refused(() => g({ ...(given as object), target: tf.fill([1, 16, 16, 3], Number.NaN) } as never, b))._tag).toBe('NotFinite')),
    ).toBe(1)
  })
})

describe('a tensor that this TensorFlow.js does not know', () => {
  // As a copy in another realm (a frame, a worker of vm) gives it; copies in one realm share their engine.
  const stranger = (like: Tensor) => Object.assign(Object.create(tf.Tensor.prototype) as object, like, { dataId: {} })

  it('is rejected by name, with what to do', () => {
    const f = compile(mse(pixels))
    expect(refused(() => f(a, stranger(b) as Tensor))).toEqual({ _tag: 'AnotherTensorFlow', what: "'prediction'", ours: tf.version_core })
    expect(() => f(stranger(a) as Tensor, b)).toThrow(
      /'target' comes from a different copy of TensorFlow\.js.*npm ls @tensorflow\/tfjs-core.*npm dedupe.*resolve\.dedupe/,
    )
    const g = compile(mse(masked(pixels, 'face')))
    expect(refused(() => g({ target: a, face: stranger(tf.ones([1, 16, 16, 1])) as Tensor } as never, b))).toMatchObject({ what: "'face'" })
  })
})
