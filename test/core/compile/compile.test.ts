/** What a compiled loss does in the hands of its users: optimizers, models, tidies, and bad input. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  against,
  compile,
  defineMetric,
  defineRegularizer,
  defineTransform,
  featureAt,
  gram,
  johnsonStyle,
  mae,
  mse,
  named,
  perceptual,
  pixels,
  sum,
  totalVariation,
  vgg16,
  weighted,
  type CompiledLoss,
  type Extractor,
  type PreparedLoss,
  type Vgg16Layer,
} from '../../../src/index.js'
import { noise, plain } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, norm, takeNumber } from '../../support/tensors.js'
import { planOf } from '../../support/planOf.js'

let network: Extractor<Vgg16Layer>
let f: CompiledLoss
const shape = [2, 12, 9, 3] as const
let a: Tensor4D
let b: Tensor4D
beforeAll(async () => {
  network = await sharedVgg16()
  f = compile(sum(perceptual(), weighted(0.1, mae(pixels)), weighted(1e-3, totalVariation(pixels))), network)
  a = noise(1, shape)
  b = noise(2, shape)
})

describe('optimizers', () => {
  const optimizers = {
    sgd: () => tf.train.sgd(0.01),
    momentum: () => tf.train.momentum(0.01, 0.5),
    adagrad: () => tf.train.adagrad(0.05),
    adadelta: () => tf.train.adadelta(0.05),
    adam: () => tf.train.adam(0.02),
    adamax: () => tf.train.adamax(0.02),
    rmsprop: () => tf.train.rmsprop(0.01),
  }

  it.each(Object.entries(optimizers))('%s minimizes it, fresh and prepared, and leaves nothing behind', (_name, make) => {
    // The first gradient uploads filters that stay with the network.
    gradientOf((x) => f(a, x), b)
    const before = tf.memory().numTensors
    const optimizer = make()
    const image = tf.variable(b)
    const first = takeNumber(f(a, image))
    optimizer.minimize(() => f(a, image), false, [image])
    const prepared = f.prepare(a)
    const settled = tf.memory().numTensors
    for (let i = 0; i < 6; i++) optimizer.minimize(() => prepared(image), false, [image])
    expect(tf.memory().numTensors).toBe(settled)
    expect(takeNumber(f(a, image))).toBeLessThan(first)
    const { value, grads } = optimizer.computeGradients(() => f(a, image), [image])
    expect(Object.keys(grads)).toEqual([image.name])
    tf.dispose([value, grads])
    prepared.dispose()
    optimizer.dispose()
    image.dispose()
    // Every optimizer but SGD keeps its learning rate or its iteration count as tensors that its dispose() leaves.
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(4)
  })

  it('without a list of variables updates only those of the caller: the network is frozen', () => {
    const [before] = network.features(a, [{ layer: 'block1_conv1', activation: 'post', pooling: 'max' }], 'unit')
    const image = tf.variable(b)
    tf.train.sgd(0.1).minimize(() => f(a, image))
    const [after] = network.features(a, [{ layer: 'block1_conv1', activation: 'post', pooling: 'max' }], 'unit')
    expect(Array.from((after as Tensor).dataSync())).toEqual(Array.from((before as Tensor).dataSync()))
    tf.dispose([image, before as Tensor, after as Tensor])
  })
})

describe('tf.LayersModel', () => {
  it('trains and evaluates with it as its loss', async () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [12, 9, 3], filters: 3, kernelSize: 1, useBias: true })] })
    model.compile({ optimizer: tf.train.adam(0.05), loss: compile(sum(mse(pixels), mae(pixels))) })
    const evaluate = () => takeNumber(model.evaluate(a, b, { batchSize: 2 }) as Tensor)
    const expected = takeNumber(
      tf.tidy(() => {
        const d = tf.sub(model.predict(a) as Tensor, b)
        return tf.add(tf.mean(tf.square(d)), tf.mean(tf.abs(d)))
      }),
    )
    const first = evaluate()
    expect(first).toBeCloseTo(expected, 5)
    const settled = tf.memory().numTensors
    // The WASM backend cannot train convolutions (it has no gradient in the filter), so only where there is one.
    if (tf.getBackend() !== 'wasm') {
      await model.fit(a, b, { epochs: 3, batchSize: 2, verbose: 0 })
      expect(evaluate()).toBeLessThan(first)
    }
    expect(tf.memory().numTensors - settled).toBeLessThanOrEqual(12)
  })

  it('fits a dense model over the network', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [12, 9, 3], units: 3 })] })
    model.compile({ optimizer: tf.train.adam(0.05), loss: compile(perceptual(), network) })
    const history = await model.fit(a, b, { epochs: 6, batchSize: 2, verbose: 0 })
    const [first, last] = [history.history['loss']?.[0] as number, history.history['loss']?.at(-1) as number]
    expect(last).toBeLessThan(first)
    const value = takeNumber(model.evaluate(a, b, { batchSize: 2 }) as Tensor)
    expect(value).toBeLessThan(first)
    model.dispose()
  })
})

const fail = (): never => {
  throw new Error('nothing was prepared')
}

describe('the forms', () => {
  it('work inside a caller’s tidy, which ends with one tensor', () => {
    expect(
      leaked(() => {
        const value = tf.tidy(() => {
          const inner = f(a, b)
          const prepared = f.prepare(a)
          const again = prepared(b)
          prepared.dispose()
          return tf.add(inner, again)
        })
        value.dispose()
      }),
    ).toBe(0)
  })

  it('a prepared loss outlives the tidy that it was made in, and its target', () => {
    const target = noise(3, shape)
    const expected = takeNumber(f(target, b))
    const made: PreparedLoss[] = []
    tf.tidy(() => void made.push(f.prepare(target)))
    const [prepared = fail()] = made
    target.dispose()
    expect(takeNumber(prepared(b))).toBe(expected)
    prepared.dispose()
    expect(() => prepared(b)).toThrow(/prepared loss was used after dispose/)
  })

  it('names every term in a breakdown', async () => {
    const loss = sum(
      named('content', mse(featureAt('relu2_2'))),
      weighted(3, named('style', weighted(2, sum(mse(gram(featureAt('block1_conv1'))), mse(gram(featureAt('block1_conv2'))))))),
      mae(pixels),
      mae(pixels),
    )
    const rows = await compile(loss, network).breakdown(a, b)
    expect(rows.map(({ name, weight }) => [name, weight])).toEqual([
      ['content', 1],
      ['style / mse(gram(block1_conv1))', 6],
      ['style / mse(gram(block1_conv2))', 6],
      ['mae(pixels)', 1],
      ['mae(pixels) #2', 1],
    ])
    for (const { weight, value, unweighted } of rows) expect(value).toBeCloseTo(weight * unweighted, 6)
  })

  it('the empty sum is zero with a zero gradient, prepared and per sample too', () => {
    const nothing = compile(sum())
    expect(takeNumber(nothing(a, b))).toBe(0)
    expect(Array.from(nothing.perSample(a, b).dataSync())).toEqual([0, 0])
    expect(norm(gradientOf((x) => nothing(a, x), b))).toBe(0)
    expect(norm(gradientOf((x) => nothing.prepare(a)(x), b))).toBe(0)
  })

  it('a weight of zero keeps a NaN', () => {
    const broken = tf.fill([...shape], Number.NaN) as Tensor4D
    expect(takeNumber(compile(weighted(0, mse(pixels)))(a, broken))).toBeNaN()
  })
})

describe('the network', () => {
  const counting = (): { readonly extractor: Extractor<Vgg16Layer>; readonly passes: string[][] } => {
    const passes: string[][] = []
    const extractor: Extractor<Vgg16Layer> = {
      ...network,
      features: (images, taps, input) => {
        passes.push(taps.map(({ layer, activation }) => `${layer}:${activation}`))
        return network.features(images, taps, input)
      },
    }
    return { extractor, passes }
  }

  it('runs once for the prediction and once for the target, however many terms share it', () => {
    const { extractor, passes } = counting()
    const many = sum(
      mse(featureAt('block1_conv2')),
      mae(featureAt('relu1_2')),
      mse(gram(featureAt('block1_conv2'))),
      weighted(2, mae(gram(featureAt('block1_conv2')))),
      mse(featureAt('block2_conv1', { activation: 'pre' })),
      mse(featureAt('conv2_1')),
    )
    const g = compile(many, extractor)
    expect(planOf(many, extractor).features).toHaveLength(3)
    expect(planOf(many, extractor).deepest).toEqual(['block2_conv1'])
    expect(g.needs).toEqual({ layers: ['block1_conv2', 'block2_conv1'], references: ['target'], masks: [] })
    takeNumber(g(a, b))
    expect(passes).toEqual([
      ['block1_conv2:post', 'block2_conv1:pre'],
      ['block1_conv2:post', 'block2_conv1:pre'],
    ])
    const prepared = g.prepare(a)
    takeNumber(prepared(b))
    takeNumber(prepared(b))
    expect(passes).toHaveLength(5)
  })

  it('stops at the deepest tap: nothing deeper needs its minimum size', () => {
    const small = noise(5, [1, 4, 5, 3])
    expect(takeNumber(compile(mse(featureAt('block3_conv3')), network)(small, plain(0.5, [1, 4, 5, 3])))).toBeGreaterThan(0)
  })

  it('keeps no tape for the target: its gradient costs nothing and its tensors are freed', () => {
    const peak = (of: (x: Tensor) => Tensor): number => {
      let most = 0
      tf.tidy(() => {
        tf.grad((x) => {
          const value = of(x)
          most = tf.memory().numTensors
          return value
        })(b)
      })
      return most
    }
    const prepared = f.prepare(a)
    const [fresh, ready] = [peak((x) => f(a, x)), peak((x) => prepared(x))]
    prepared.dispose()
    // Fresh keeps the target's three compared features for the terms' gradients, as prepared does; it keeps none of the network's seven other tensors.
    expect(fresh - ready).toBeLessThanOrEqual(3)
  })

  it('is needed only by terms of layers: pixel terms work after its disposal', async () => {
    const own = await vgg16()
    const g = compile(mse(pixels), own)
    own.dispose()
    own.dispose()
    expect(takeNumber(g(a, b))).toBeGreaterThan(0)
  })

  it.each([
    [1, 1, 'block1_conv2'],
    [3, 2, 'block2_conv1'],
    [7, 5, 'block3_conv3'],
    [17, 31, 'block5_conv3'],
  ] as const)('takes pictures of %i x %i to %s, with a gradient of their shape', (height, width, layer) => {
    const [x, y] = [noise(7, [1, height, width, 3]), noise(8, [1, height, width, 3])]
    const g = compile(mse(featureAt(layer)), network)
    const gradient = gradientOf((p) => g(x, p), y)
    expect(gradient).toHaveLength(height * width * 3)
    expect(norm(gradient)).toBeGreaterThan(0)
  })
})

describe('references', () => {
  const loss = sum(mse(featureAt('block2_conv2')), weighted(20, against('style', johnsonStyle())))

  it('a style may have another size, and one reference serves a batch', () => {
    const g = compile(loss, network)
    const style = noise(9, [1, 20, 30, 3])
    const [target, prediction] = [noise(3, [2, 16, 16, 3]), noise(4, [2, 16, 16, 3])]
    const value = takeNumber(g({ target, style }, prediction))
    const prepared = g.prepare({ target, style })
    expect(takeNumber(prepared(prediction))).toBe(value)
    const one = tf.slice(target, [0, 0, 0, 0], [1, -1, -1, -1])
    const twice = tf.concat([one, one])
    expect(takeNumber(g({ target: one, style }, prediction))).toBeCloseTo(takeNumber(g({ target: twice, style }, prediction)), 5)
    prepared.dispose()
  })

  it('a missing one is named, with what was given', () => {
    const g = compile(loss, network) as unknown as CompiledLoss<string>
    const image = noise(3, [1, 16, 16, 3])
    expect(() => g(image, image)).toThrow(/needs the reference 'style', but received target\..*f\(\{ target, style \}, prediction\)/)
    expect(() => g.prepare({ style: image })).toThrow(/needs the reference 'target'/)
    expect(() => g(undefined as never, image)).toThrow(/'target', but received none/)
  })
})

describe('ranges and preprocessing', () => {
  const to = (min: number, max: number) => (x: Tensor4D) => tf.tidy(() => tf.add(tf.mul(x, max - min), min) as Tensor4D)
  it.each([
    [-1, 1],
    [0, 255],
    [-3, 5],
  ] as const)('[%d, %d] gives the numbers of [0, 1]', (min, max) => {
    const loss = sum(perceptual(), mse(pixels))
    const [x, y] = [to(min, max)(a), to(min, max)(b)]
    const expected = takeNumber(compile(loss, network)(a, b))
    expect(Math.abs(takeNumber(compile(loss, network, { range: [min, max] })(x, y)) / expected - 1)).toBeLessThan(2e-5)
  })

  it("'none' feeds the network the tensor as it is, and pixels stay in [0, 1]", () => {
    const tap = [{ layer: 'block1_conv1', activation: 'post', pooling: 'max' }] as const
    const [raw] = [b].map((x) => to(0, 255)(x))
    const target = to(0, 255)(a)
    const [fa, fb] = [network.features(target, tap, 'network')[0] as Tensor, network.features(raw as Tensor4D, tap, 'network')[0] as Tensor]
    const expected = takeNumber(tf.mean(tf.squaredDifference(fa, fb)))
    const options = { range: [0, 255], preprocess: 'none' } as const
    expect(takeNumber(compile(mse(featureAt('block1_conv1')), network, options)(target, raw as Tensor)) / expected).toBeCloseTo(1, 4)
    expect(takeNumber(compile(mse(pixels), network, options)(target, raw as Tensor))).toBeCloseTo(takeNumber(compile(mse(pixels))(a, b)), 6)
  })
})

describe('definitions of third parties', () => {
  const maxError = defineMetric({
    id: 'acme.maxError',
    laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: false }),
    apply: () => (reference, prediction) => tf.max(tf.abs(tf.sub(prediction, reference)), [1, 2, 3]),
  })
  const brightness = defineRegularizer({
    id: 'acme.brightness',
    laws: () => ({ range: [-Infinity, Infinity], smooth: true }),
    apply: () => (prediction) => tf.mean(prediction, [1, 2, 3]),
  })
  const squared = defineTransform({ id: 'acme.squared', smooth: () => true, apply: () => (feature) => tf.square(feature) })

  it('work as the built-ins do', async () => {
    const g = compile(sum(maxError(pixels), weighted(2, brightness(pixels)), mse(squared(pixels)), maxError(squared(featureAt('block1_conv1')))), network)
    const rows = await g.breakdown(a, b)
    expect(rows.map(({ name }) => name)).toEqual([
      'acme.maxError(pixels)',
      'acme.brightness(pixels)',
      'mse(acme.squared(pixels))',
      'acme.maxError(acme.squared(block1_conv1))',
    ])
    expect(rows[1]?.unweighted).toBeCloseTo(takeNumber(tf.mean(b)), 5)
    expect(rows[0]?.unweighted).toBeCloseTo(takeNumber(tf.mean(tf.max(tf.abs(tf.sub(a, b)), [1, 2, 3]))), 5)
  })

  it('that return the wrong shape are an error', () => {
    const wrong = defineMetric({
      id: 'wrong',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }),
      apply: () => (reference, prediction) => tf.mean(tf.sub(prediction, reference)) as never,
    })
    expect(() => compile(wrong(pixels))(a, b)).toThrow(/'wrong' returned a tensor of shape \[\], expected \[2\]: one number per sample/)
  })

  it('with an unusable id or defaults are rejected', () => {
    const laws = () => ({ range: [0, 1] as const, smooth: true })
    expect(() => defineRegularizer({ id: 'not a name', laws, apply: () => (x) => tf.mean(x, [1, 2, 3]) })).toThrow(
      /definition 'not a name' is invalid: the id must be a name/,
    )
  })
})
