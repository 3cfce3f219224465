/** Users' models as extractors: frozen copies and discriminators in training. */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  compile,
  cosine,
  discriminator,
  featureAt,
  fromLayersModel,
  gram,
  mae,
  mergeExtractors,
  mse,
  nonSaturating,
  pixels,
  sum,
  totalVariation,
  tryFromLayersModel,
  unitNormalized,
  weighted,
  type Extractor,
  type Loss,
} from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, norm, take, takeNumber } from '../../support/tensors.js'

/** The filters get their gradient by a kernel that WASM lacks; a 1 x 1 convolution of that kind is a dense layer. */
const made = (inputShape: [number | null, number | null, number] = [8, 8, 3]): LayersModel => {
  const input = tf.input({ shape: inputShape })
  const one = tf.layers.dense({ units: 4, activation: 'relu', name: 'one', kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }).apply(input)
  const two = tf.layers.dense({ units: 5, name: 'two', kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }).apply(one)
  const leaky = tf.layers.leakyReLU({ name: 'leaky' }).apply(two)
  const norms = tf.layers.batchNormalization({ name: 'norms' }).apply(leaky)
  const dropped = tf.layers.dropout({ rate: 0.5, name: 'dropped' }).apply(norms)
  const pooled = tf.layers.globalAveragePooling2d({ name: 'pooled' } as never).apply(dropped)
  const logits = tf.layers.dense({ units: 1, name: 'logits', kernelInitializer: tf.initializers.glorotNormal({ seed: 3 }) }).apply(pooled)
  return tf.model({ inputs: input, outputs: logits as tf.SymbolicTensor, name: 'disc' })
}

const a = noise(1, [2, 8, 8, 3])
const b = noise(2, [2, 8, 8, 3])
const tap = (layer: string, activation: 'pre' | 'post' = 'post') => ({ layer, activation, pooling: 'max' }) as const
const numbers = (extractor: Extractor<string>, layer: string, activation: 'pre' | 'post' = 'post') =>
  take(tf.tidy(() => extractor.features(a, [tap(layer, activation)], 'unit')[0] as Tensor))
const close = (received: Float32Array, expected: Float32Array): void => {
  expect(received).toHaveLength(expected.length)
  received.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 5))
}
const variablesOf = (model: LayersModel): Variable[] =>
  model.trainableWeights.map((weight) => weight.read()).filter((value): value is Variable => value instanceof tf.Variable)
const weightsOf = (model: LayersModel): readonly number[] => model.getWeights().flatMap((weight) => Array.from(weight.dataSync()))

let model: LayersModel
beforeEach(() => {
  model = made()
})

describe('a frozen model', () => {
  it('gives what the model itself gives, at every layer, in one pass', () => {
    const extractor = fromLayersModel(model)
    expect(extractor).toMatchObject({ name: 'disc', live: false })
    expect(extractor.layers).toEqual(['one', 'two', 'leaky', 'norms', 'dropped', 'pooled', 'logits'])
    close(numbers(extractor, 'logits'), take(model.predict(a) as Tensor))
    const [kernel, bias] = model.getLayer('one').getWeights() as [Tensor, Tensor]
    const linear = tf.add(tf.matMul(tf.reshape(a, [-1, 3]), kernel as tf.Tensor2D), bias)
    close(numbers(extractor, 'one'), take(tf.relu(linear)))
    close(numbers(extractor, 'one', 'pre'), take(linear))
    close(numbers(extractor, 'leaky', 'pre'), numbers(extractor, 'two'))
    close(numbers(extractor, 'two', 'pre'), numbers(extractor, 'two'))
    const both = tf.tidy(() => [...extractor.features(a, [tap('logits'), tap('one', 'pre'), tap('two'), tap('two', 'pre')], 'unit')])
    expect(both.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [2, 8, 8, 4],
      [2, 8, 8, 5],
      [2, 8, 8, 5],
    ])
    close(take(both[2] as Tensor), numbers(extractor, 'two'))
  })

  it('is touched by no optimizer, and not by the training or the end of the model', () => {
    const extractor = fromLayersModel(model, { layers: ['two', 'logits'] })
    const f = compile(sum(mse(featureAt('two')), mae(featureAt('logits')), mse(pixels)), extractor)
    const [two, value] = [numbers(extractor, 'two'), takeNumber(f(a, b))]
    const image = tf.variable(b)
    const before = weightsOf(model)
    tf.train.sgd(0.1).minimize(() => f(a, image))
    expect(weightsOf(model)).toEqual(before)
    expect(numbers(extractor, 'two')).toEqual(two)
    tf.train.sgd(0.1).minimize(() => tf.mean(model.apply(a) as Tensor) as tf.Scalar, false, variablesOf(model))
    expect(weightsOf(model)).not.toEqual(before)
    expect(takeNumber(f(a, b))).toBe(value)
    model.dispose()
    expect(takeNumber(f(a, b))).toBe(value)
    image.dispose()
  })

  it('owns its copy: dispose frees it, and leaves the model', () => {
    const held = tf.memory()
    const extractor = fromLayersModel(model)
    // Variables are new, their numbers are shared.
    expect(tf.memory().numDataBuffers).toBeLessThanOrEqual(held.numDataBuffers)
    const f = compile(sum(mae(featureAt('one', { activation: 'pre' })), mae(featureAt('logits'))), extractor)
    takeNumber(f(a, b))
    expect(leaked(() => void gradientOf((x) => f(a, x), b))).toBe(0)
    extractor.dispose()
    extractor.dispose()
    expect(tf.memory().numTensors).toBe(held.numTensors)
    expect(() => f(a, b)).toThrow(/extractor disc was used after dispose/)
    expect(take(model.predict(a) as Tensor)).toHaveLength(2)
  })

  it('preprocesses by name, by function, or not at all', () => {
    const doubled = (x: Tensor4D) => tf.sub(tf.mul(x, 2), 1) as Tensor4D
    const linear = (input: Tensor4D) =>
      take(tf.tidy(() => tf.model({ inputs: model.inputs, outputs: model.getLayer('two').output as tf.SymbolicTensor }).predict(input) as Tensor))
    close(numbers(fromLayersModel(model), 'two'), linear(a))
    close(numbers(fromLayersModel(model, { preprocessing: doubled }), 'two'), linear(doubled(a)))
    const caffe = tf.sub(tf.mul(tf.reverse(a, 3), 255), [103.939, 116.779, 123.68]) as Tensor4D
    const [received, expected] = [numbers(fromLayersModel(model, { preprocessing: 'caffe' }), 'two'), linear(caffe)]
    received.forEach((v, i) => expect(Math.abs(v - (expected[i] ?? 0))).toBeLessThan(1e-3))
    const f = compile(mse(featureAt('two')), fromLayersModel(model, { preprocessing: doubled }), { preprocess: 'none' })
    const g = compile(mse(featureAt('two')), fromLayersModel(model))
    expect(takeNumber(f(a, b))).toBe(takeNumber(g(a, b)))
  })

  it('knows sizes and costs without running', () => {
    // Seeded: of random filters, all may give what the ReLU makes zero.
    const kernelInitializer = tf.initializers.glorotUniform({ seed: 7 })
    const conv = tf.sequential({
      name: 'small',
      layers: [
        tf.layers.conv2d({
          inputShape: [null, null, 3],
          filters: 4,
          kernelSize: 5,
          strides: 2,
          padding: 'valid',
          activation: 'relu',
          kernelInitializer,
          name: 'c1',
        }),
        tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', kernelInitializer, name: 'up' }),
        tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'valid', name: 'deep' }),
      ],
    })
    const extractor = fromLayersModel(conv)
    const images = [2, 13, 11, 3]
    expect(extractor.shapeOf(images, tap('c1'))).toEqual([2, 5, 4, 4])
    expect(extractor.shapeOf(images, tap('up'))).toEqual([2, 10, 8, 2])
    expect(extractor.shapeOf(images, tap('deep'))).toEqual([2, 8, 6, 4])
    // c1 needs 5 x 5; deep 3 x 3 of a doubled side, so 2 of c1, so 7.
    expect(extractor.shapeOf([1, 4, 9, 3], tap('c1'))).toEqual({ minimum: 5 })
    expect(extractor.shapeOf([1, 5, 5, 3], tap('deep'))).toEqual({ minimum: 7 })
    const cost = extractor.cost(images, [tap('up'), tap('deep')])
    expect(cost.layers).toEqual([
      { layer: 'c1', shape: [2, 5, 4, 4], flops: 2 * (5 * 5 * 3 * 4) * (2 * 5 * 4) + 160, bytes: 4 * 160 },
      { layer: 'up', shape: [2, 10, 8, 2], flops: 2 * (3 * 3 * 2 * 4) * (2 * 5 * 4) + 320, bytes: 4 * 320 },
      { layer: 'deep', shape: [2, 8, 6, 4], flops: 2 * (3 * 3 * 2 * 2) * (2 * 8 * 6) + 384, bytes: 4 * 384 },
    ])
    expect(() => compile(mse(featureAt('deep')), extractor)(noise(1, [1, 6, 9, 3]), noise(2, [1, 6, 9, 3]))).toThrow(
      /too small for deep; expected at least 7 x 7/,
    )
    const [x, y] = [noise(1, [1, 9, 8, 3]), noise(2, [1, 9, 8, 3])]
    const shape = tf.tidy(() => extractor.features(x, [tap('deep')], 'unit')[0]?.shape)
    expect(extractor.shapeOf([1, 9, 8, 3], tap('deep'))).toEqual(shape)
    expect(norm(gradientOf((v) => compile(mse(featureAt('up')), extractor)(x, v), y))).toBeGreaterThan(0)
  })

  it('takes a model within a model, and layers of several branches', () => {
    const input = tf.input({ shape: [8, 8, 3] })
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ inputShape: [8, 8, 3], units: 2, name: 'hidden' })] })
    const shared = tf.layers.dense({ units: 3, name: 'shared' })
    const first = shared.apply(input)
    const left = inner.apply(shared.apply(first)) as tf.SymbolicTensor
    const outer = tf.model({
      inputs: input,
      outputs: tf.layers.concatenate({ name: 'joined' }).apply([left, first as tf.SymbolicTensor]) as tf.SymbolicTensor,
      name: 'outer',
    })
    const extractor = fromLayersModel(outer)
    expect(extractor.layers).toEqual(['inner', 'joined'])
    close(numbers(extractor, 'joined'), take(outer.predict(a) as Tensor))
    expect(extractor.shapeOf([2, 8, 8, 3], tap('inner'))).toEqual([2, 8, 8, 2])
    expect(extractor.cost([2, 8, 8, 3], [tap('inner')]).layers.map(({ layer }) => layer)).toEqual(['hidden'])
    expect(() => fromLayersModel(outer, { layers: ['shared'] })).toThrow(/outer cannot compute shared: it is used at 2 places/)
  })
})

describe('a live model', () => {
  const objective = discriminator(featureAt('logits'))

  it('is the model itself: its weights of the moment, its gradients from both sides', () => {
    const extractor = fromLayersModel(model, { layers: ['two', 'logits'], live: true })
    const f = compile(discriminator(featureAt('two')), extractor)
    const variables = variablesOf(model).slice(0, 4)
    const { grads } = tf.variableGrads(() => f(a, b), variables)
    // The same objective written by hand on the model's own tensors.
    const two = tf.model({ inputs: model.inputs, outputs: model.getLayer('two').output as tf.SymbolicTensor })
    const { grads: expected } = tf.variableGrads(
      () => tf.add(tf.mean(tf.softplus(tf.neg(two.apply(a) as Tensor))), tf.mean(tf.softplus(two.apply(b) as Tensor))) as tf.Scalar,
      variables,
    )
    for (const { name } of variables) close(take(grads[name] as Tensor), take(expected[name] as Tensor))
    const before = takeNumber(f(a, b))
    const prepared = f.prepare(a)
    expect(takeNumber(prepared(b))).toBe(before)
    const optimizer = tf.train.sgd(0.5)
    for (let i = 0; i < 5; i++) optimizer.minimize(() => f(a, b), false, variables)
    expect(takeNumber(f(a, b))).toBeLessThan(before)
    // Prepared features are computed again, because the weights have changed.
    expect(takeNumber(prepared(b))).toBe(takeNumber(f(a, b)))
    const { grads: fromPrepared } = tf.variableGrads(() => prepared(b), variables)
    const { grads: fresh } = tf.variableGrads(() => f(a, b), variables)
    for (const { name } of variables) expect(take(fromPrepared[name] as Tensor)).toEqual(take(fresh[name] as Tensor))
    prepared.dispose()
  })

  it('gives the references no gradient, and leaves nothing behind', () => {
    const extractor = fromLayersModel(model, { layers: ['two'], live: true })
    const f = compile(sum(discriminator(featureAt('two')), mae(pixels)), extractor)
    expect(gradientOf((x) => tf.add(f(x as Tensor4D, b), tf.sum(x)), a).every((v) => v === 1)).toBe(true)
    const variables = variablesOf(model).slice(0, 4)
    const optimizer = tf.train.adam(0.01)
    optimizer.minimize(() => f(a, b), false, variables)
    expect(
      leaked(() => {
        optimizer.minimize(() => f(a, b), false, variables)
        f(a, b).dispose()
        const prepared = f.prepare(a)
        optimizer.minimize(() => prepared(b), false, variables)
        prepared.dispose()
      }),
    ).toBe(0)
  })

  it('runs as in training: dropout drops, normalization takes the batch’s mean', () => {
    const extractor = fromLayersModel(model, { live: true })
    const dropped = numbers(extractor, 'dropped')
    expect(dropped.filter((v) => v === 0).length).toBeGreaterThan(dropped.length / 4)
    const normed = numbers(extractor, 'norms')
    expect(Math.abs(normed.reduce((total, v) => total + v, 0) / normed.length)).toBeLessThan(1e-4)
    expect(numbers(fromLayersModel(model), 'dropped').every((v) => v !== 0)).toBe(true)
  })

  it('beside VGG16: the frozen side stays frozen and prepared, the live one live; one pass of each a side', async () => {
    const vgg = await sharedVgg16()
    const passes: string[] = []
    const watched = <L extends string>(extractor: Extractor<L>): Extractor<L> => ({
      ...extractor,
      features: (images, taps, input) => {
        passes.push(`${extractor.name}${tf.engine().isTapeOn() ? ' taped' : ''}`)
        return extractor.features(images, taps, input)
      },
    })
    const live = fromLayersModel(model, { layers: ['two', 'logits'], live: true })
    const extractor = mergeExtractors(watched(vgg), watched(live))
    expect(extractor.live).toBe(true)
    const loss = sum(mse(featureAt('block1_conv2')), mae(featureAt('two')), mse(gram(featureAt('two'))), weighted(0.1, nonSaturating(featureAt('logits'))))
    const f = compile(loss, extractor)
    const taped = (of: () => tf.Scalar) => {
      passes.length = 0
      tf.dispose(Object.values(tf.variableGrads(of, variablesOf(model).slice(0, 4)).grads))
      return [...passes]
    }
    expect(taped(() => f(a, b)).sort()).toEqual(['disc taped', 'disc taped', 'vgg16', 'vgg16 taped'])
    const prepared = f.prepare(a)
    expect(taped(() => prepared(b)).sort()).toEqual(['disc taped', 'disc taped', 'vgg16 taped'])
    prepared.dispose()
  })
  it('stays with its owner: dispose ends only its use, and its disposal is detected', () => {
    const extractor = fromLayersModel(model, { layers: ['logits'], live: true })
    const f = compile(objective, extractor)
    extractor.dispose()
    expect(() => f(a, b)).toThrow(/extractor disc was used after dispose/)
    expect(take(model.predict(a) as Tensor)).toHaveLength(2)
    const again = compile(objective, fromLayersModel(model, { layers: ['logits'], live: true, name: 'judge' }))
    model.dispose()
    expect(() => again(a, b)).toThrow(/extractor judge was used after dispose/)
    expect(() => fromLayersModel(model, { live: true })).toThrow(/model disc was used after dispose/)
  })
})

describe('features that are vectors', () => {
  it('take every metric that needs no positions, and are rejected clearly by what does', () => {
    const extractor = fromLayersModel(model, { layers: ['pooled', 'logits'] })
    const fine: Loss<'pooled' | 'logits', 'target'> = sum(
      mse(featureAt('logits')),
      cosine(featureAt('pooled')),
      mae(unitNormalized(featureAt('pooled'))),
      nonSaturating(featureAt('logits')),
    )
    expect(takeNumber(compile(fine, extractor)(a, b))).toBeGreaterThan(0)
    expect(() => compile(mse(gram(featureAt('pooled'))), extractor)(a, b)).toThrow(
      /gram.*shape \[2, 5\]: a Gram matrix needs a feature \[batch, height, width, channels\] or tokens/,
    )
    expect(() => compile(totalVariation(featureAt('logits')), extractor)(a, b)).toThrow(
      /totalVariation\(logits\).*shape \[2, 1\]: neighbours need height and width/,
    )
  })
})

describe('what does not fit is rejected', () => {
  const loose = fromLayersModel as unknown as (...args: readonly unknown[]) => Extractor<string>
  const dynamic = (layer: string, options = {}): Loss<string, 'target'> => mse(featureAt(layer, options))

  it('models', () => {
    expect(() => loose('vgg')).toThrow(/The model: received "vgg", expected a tf.LayersModel/)
    expect(() => loose({ execute: () => 0 })).toThrow(/: received a graph model, expected a tf.LayersModel \(for a graph model use fromGraphModel\)/)
    expect(() => loose(tf.sequential({ name: 'empty' }))).toThrow(/the unbuilt model.*inputShape/)
    expect(() => loose(tf.sequential({ name: 'g', layers: [tf.layers.dense({ inputShape: [8, 8, 1], units: 1 })] }))).toThrow(
      /g with input shape \[any, 8, 8, 1\], expected a model that takes pictures/,
    )
    expect(() => loose(tf.sequential({ layers: [tf.layers.dense({ inputShape: [100], units: 1 })] }))).toThrow(/input shape \[any, 100\]/)
    const two = [tf.input({ shape: [8, 8, 3] }), tf.input({ shape: [8, 8, 3] })]
    expect(() => loose(tf.model({ inputs: two, outputs: tf.layers.add().apply(two) as tf.SymbolicTensor }))).toThrow(
      /with 2 inputs, expected a model with one input/,
    )
  })

  it('options', () => {
    expect(() => loose(model, { layers: [] })).toThrow(/layers: received \[\]/)
    expect(() => loose(model, { frozen: true })).toThrow(/frozen: unknown option, expected one of layers, preprocessing, name, live/)
    expect(() => loose(model, { preprocessing: 'keras' })).toThrow(/preprocessing: received "keras", expected "none", "torchvision", "caffe" or a function/)
    const result = tryFromLayersModel(model, { layers: ['logit'] })
    expect(E.isLeft(result) && result.left).toMatchObject({ _tag: 'UnknownLayer', layer: 'logit', extractor: 'disc' })
  })

  it('taps', () => {
    const frozen = fromLayersModel(model)
    const live = fromLayersModel(model, { live: true })
    expect(() => compile(dynamic('three'), frozen)).toThrow(/'three' is not a layer of disc/)
    expect(() => compile(dynamic('two', { pooling: 'average' }), frozen)).toThrow(/disc cannot compute two: its pooling is part of the model/)
    expect(() => compile(dynamic('pooled', { activation: 'pre' }), frozen)).toThrow(/GlobalAveragePooling2D has no activation of its own/)
    expect(() => compile(dynamic('one', { activation: 'pre' }), live)).toThrow(/activation of one is fused into it, and a model in training runs unchanged/)
    expect(takeNumber(compile(dynamic('leaky', { activation: 'pre' }), live)(a, a))).toBe(0)
    // @ts-expect-error the layers are typed
    expect(() => compile(mse(featureAt('two')), fromLayersModel(model, { layers: ['logits'] }))).toThrow(/'two' is not a layer of disc/)
  })

  it('sizes, batches', () => {
    const f = compile(nonSaturating(featureAt('logits')), fromLayersModel(model, { layers: ['logits'] }))
    expect(() => f(noise(1, [1, 8, 9, 3]), noise(1, [1, 8, 9, 3]))).toThrow(
      /'prediction' is 8 x 9, which does not fit logits: the model takes pictures of 8 x 8; resize them/,
    )
    const any = compile(nonSaturating(featureAt('logits')), fromLayersModel(made([null, null, 3]), { layers: ['logits'] }))
    expect(Number.isFinite(takeNumber(any(noise(1, [1, 5, 9, 3]), noise(1, [1, 5, 9, 3]))))).toBe(true)
    const fixed = tf.sequential({ layers: [tf.layers.dense({ batchInputShape: [2, 8, 8, 3], units: 1, name: 'd' })] })
    expect(() => compile(mse(featureAt('d')), fromLayersModel(fixed))(noise(1, [1, 8, 8, 3]), noise(1, [1, 8, 8, 3]))).toThrow(/takes batches of 2/)
  })

  it('layers of a class that cannot be made again, when frozen, and leaves nothing', () => {
    class Halved extends tf.layers.Layer {
      static className = 'Halved'
      override call(inputs: Tensor | Tensor[]) {
        return tf.mul([inputs].flat()[0] as Tensor, 0.5)
      }
      override computeOutputShape(shape: tf.Shape) {
        return shape
      }
    }
    const custom = tf.sequential({ name: 'custom', layers: [tf.layers.dense({ inputShape: [8, 8, 3], units: 2, name: 'd' }), new Halved({ name: 'half' })] })
    expect(
      leaked(() => expect(() => fromLayersModel(custom)).toThrow(/model custom: received a model that cannot be copied.*Halved.*registerClass.*live: true/s)),
    ).toBe(0)
    expect(numbers(fromLayersModel(custom, { live: true }), 'half')).toHaveLength(2 * 64 * 2)
  })
})
