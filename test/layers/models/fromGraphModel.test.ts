/** Graph models as extractors: a small graph, as converters write it. */
import * as tf from '@tensorflow/tfjs'
import type { GraphModel, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, featureAt, fromGraphModel, gram, mae, mse, nonSaturating, sum, type Extractor, type Loss } from '../../../src/index.js'
import { noise } from '../../support/images.js'
import { loadGraphModel as load, WEIGHTS } from '../../support/graphModel.js'
import { gradientOf, leaked, norm, take, takeNumber } from '../../support/tensors.js'
import { planOf } from '../../support/planOf.js'

const a = noise(1, [2, 9, 8, 3])
const b = noise(2, [2, 9, 8, 3])
const tap = (layer: string, activation: 'pre' | 'post' = 'post') => ({ layer, activation, pooling: 'max' }) as const
const close = (received: Float32Array, expected: Float32Array): void => {
  expect(received).toHaveLength(expected.length)
  received.forEach((v, i) => expect(v).toBeCloseTo(expected[i] ?? Number.NaN, 5))
}
/** The same by hand. */
const [kernel, bias] = WEIGHTS.map(({ shape, values }) => tf.tensor(values, shape)) as [Tensor4D, Tensor]
const linear = (x: Tensor4D) => tf.add(tf.conv2d(x, kernel, 2, 'valid'), bias)

let model: GraphModel
beforeAll(async () => {
  model = await load()
})

describe('a graph model', () => {
  const layers = ['conv/Relu', 'logits'] as const

  it('gives its nodes, all in one execution', () => {
    const passes: unknown[] = []
    const execute = model.execute.bind(model)
    const watched = Object.assign(Object.create(model) as GraphModel, {
      execute: (inputs: Tensor, names: string[]) => {
        passes.push(names)
        return execute(inputs, names)
      },
    })
    const extractor = fromGraphModel(watched, { layers, name: 'judge' })
    expect(extractor).toMatchObject({ name: 'judge', live: false, layers })
    const taps = [tap('logits'), tap('conv/Relu'), tap('conv/Relu', 'pre')]
    const [logits, relu, before] = tf.tidy(() => [...extractor.features(a, taps, 'unit')]) as [Tensor, Tensor, Tensor]
    expect(passes).toEqual([['logits', 'conv/Relu', 'conv/BiasAdd']])
    close(take(relu), take(tf.relu(linear(a))))
    close(take(before), take(linear(a)))
    close(take(logits), take(model.predict(a) as Tensor))
    expect(fromGraphModel(model).layers).toEqual(['conv/Conv2D', 'conv/BiasAdd', 'conv/Relu', 'pool', 'logits'])
  })

  it('is differentiable, preprocesses, and leaves nothing behind', () => {
    const f = compile(mse(featureAt('conv/Relu')), fromGraphModel(model, { layers }))
    const byHand = (x: Tensor) => tf.mean(tf.squaredDifference(tf.relu(linear(x as Tensor4D)), tf.relu(linear(a))))
    expect(takeNumber(f(a, b))).toBeCloseTo(takeNumber(byHand(b)), 6)
    close(
      gradientOf((x) => f(a, x), b),
      gradientOf(byHand, b),
    )
    expect(leaked(() => void gradientOf((x) => f(a, x), b))).toBe(0)
    const doubled = compile(mae(featureAt('conv/Relu')), fromGraphModel(model, { layers, preprocessing: (x) => tf.mul(x, 2) }))
    expect(takeNumber(doubled(a, b))).toBeCloseTo(takeNumber(tf.mean(tf.abs(tf.sub(tf.relu(linear(tf.mul(b, 2))), tf.relu(linear(tf.mul(a, 2))))))), 5)
    const image = tf.variable(b)
    tf.train.sgd(0.1).minimize(() => f(a, image))
    expect(norm(take(tf.sub(image, b)))).toBeGreaterThan(0)
    image.dispose()
  })

  it('knows shapes and costs', () => {
    const extractor = fromGraphModel(model)
    expect(extractor.shapeOf(a.shape, tap('conv/Relu'))).toEqual([2, 4, 3, 4])
    expect(extractor.shapeOf(a.shape, tap('logits'))).toEqual([2, 1])
    const { layers: rows } = extractor.cost(a.shape, [tap('conv/Relu')])
    expect(rows).toEqual([
      { layer: 'conv/Conv2D', shape: [2, 4, 3, 4], flops: 2 * (3 * 3 * 3 * 4) * (2 * 4 * 3) + 96, bytes: 384 },
      { layer: 'conv/BiasAdd', shape: [2, 4, 3, 4], flops: 96, bytes: 384 },
      { layer: 'conv/Relu', shape: [2, 4, 3, 4], flops: 96, bytes: 384 },
    ])
    const loss = sum(nonSaturating(featureAt('logits')), mse(gram(featureAt('conv/Relu'))))
    const f = compile(loss, extractor)
    expect(planOf(loss, extractor).deepest).toEqual(['logits'])
    expect(Number.isFinite(takeNumber(f(a, b)))).toBe(true)
  })

  it('stays its owner’s', async () => {
    const own = await load()
    const extractor = fromGraphModel(own, { layers })
    const f = compile(nonSaturating(featureAt('logits')), extractor)
    extractor.dispose()
    expect(() => f(a, b)).toThrow(/extractor graph model was used after dispose/)
    const again = compile(nonSaturating(featureAt('logits')), fromGraphModel(own, { layers, name: 'judge' }))
    own.dispose()
    expect(() => again(a, b)).toThrow(/extractor judge was used after dispose/)
  })

  it('rejects models that do not fit', async () => {
    const loose = fromGraphModel as unknown as (...args: readonly unknown[]) => Extractor<string>
    const dynamic = (layer: string, options = {}): Loss<string, 'target'> => mse(featureAt(layer, options))
    expect(() => loose({ layers: [], inputs: [] })).toThrow(
      /: received a tf.LayersModel, expected a loaded tf.GraphModel \(for a layers model use fromLayersModel\)/,
    )
    expect(() => loose(model, { live: true })).toThrow(/live: unknown option, expected one of layers, preprocessing, name/)
    expect(() => loose(model, { layers: ['conv/Rleu'] })).toThrow(/'conv\/Rleu' is not a layer of graph model. Did you mean conv\/Relu\?/)
    const extractor = fromGraphModel(model)
    expect(() => compile(dynamic('conv/BiasAdd', { activation: 'pre' }), extractor)).toThrow(/a node with the op BiasAdd has no activation/)
    expect(() => compile(dynamic('conv/Relu', { pooling: 'l2' }), extractor)).toThrow(/its pooling is part of the model/)
    const fixed = compile(dynamic('conv/Relu'), fromGraphModel(await load(8)))
    expect(() => fixed(a, b)).toThrow(/'prediction' is 9 x 8, which does not fit conv\/Relu: the graph takes \[any, 8, 8, 3\]; resize/)
  })
})
