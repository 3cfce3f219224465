/**
 * Features and gradients of ONNX networks against PyTorch's, for the blocks of ResNet, ConvNeXt, ViT, Swin, MobileNetV3, Inception and DenseNet, and operators that none of them
 * has. The whole networks are compared in test/python/run/onnx.test.ts.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, cosine, featureAt, gram, mse, sum, unitNormalized } from '../../src/index.js'
import { fromOnnx } from '../../src/onnx/index.js'
import { gradientOf, leaked, norm, take, takeNumber } from '../support/tensors.js'
import { floats, goldens, onnxFile, onnxPath, pictureOf, tapOf } from './onnxNetworks.js'

const FEATURE = 1e-5
const GRADIENT = 1e-4

const distance = (ours: Float32Array, theirs: Float32Array): number => {
  expect(ours).toHaveLength(theirs.length)
  return norm(ours.map((x, i) => x - (theirs[i] ?? Number.NaN))) / norm(theirs)
}

describe.each(Object.entries(goldens))('%s', (name, { picture, features, gradient }) => {
  const layers = features.map(({ layer }) => layer)
  const load = () => fromOnnx(onnxFile(name), { input: 'unit', layers })
  const images = pictureOf(picture)

  it('has the features and the gradient of PyTorch', async () => {
    const extractor = await load()
    const run = (x: Tensor): readonly Tensor[] => extractor.features(x as typeof images, layers.map(tapOf), 'unit')
    const ours = tf.tidy(() => [...run(images)])
    features.forEach(({ layer, shape, values }, i) => {
      expect(ours[i]?.shape, layer).toEqual(shape)
      expect(extractor.shapeOf(picture, tapOf(layer)), layer).toEqual(shape)
      expect(distance(take(ours[i] ?? tf.scalar(0)), floats(values)), layer).toBeLessThan(FEATURE)
    })
    const total = (x: Tensor): Tensor => tf.addN(run(x).map((feature) => tf.mean(tf.square(feature))))
    expect(distance(gradientOf(total, images), floats(gradient))).toBeLessThan(GRADIENT)
    expect(leaked(() => void gradientOf(total, images))).toBe(0)
    extractor.dispose()
  })
})

describe('an ONNX network in a loss', () => {
  const size = [2, 24, 16, 3] as const

  it('stops at the deepest layer, and frees all it made', async () => {
    const [a, b] = [pictureOf(size), tf.mul<tf.Tensor4D>(pictureOf(size), 0.5)]
    const before = tf.memory().numTensors
    const whole = await fromOnnx(onnxPath('convnext'), { input: 'imagenet' })
    const cut = await fromOnnx(onnxPath('convnext'), { input: 'imagenet', layers: ['first'], name: 'next' })
    expect(cut).toMatchObject({ name: 'next', live: false, layers: ['first'] })
    expect(whole.layers).toContain('second')
    const [all, shallow] = [whole.cost(size, [tapOf('second')]).flops, whole.cost(size, [tapOf('first')]).flops]
    expect(shallow).toBeLessThan(all)
    expect(cut.cost(size, [tapOf('first')]).flops).toBe(shallow)
    const f = compile(mse(featureAt('first')), cut)
    expect(takeNumber(f(a, b))).toBeGreaterThan(0)
    expect(takeNumber(f(a, a))).toBe(0)
    whole.dispose()
    cut.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(() => cut.features(a, [tapOf('first')], 'unit')).toThrow(/extractor next was used after dispose/)
  })

  it('has token features that every metric of features takes', async () => {
    const extractor = await fromOnnx(onnxFile('transformer'), { input: 'clip', layers: ['first', 'second'] })
    const tokens = featureAt('first')
    const loss = sum(mse(tokens), cosine(tokens), mse(gram(tokens)), mse(unitNormalized(tokens)), cosine(featureAt('second')))
    const a = pictureOf([2, 32, 32, 3])
    const b = tf.mul<tf.Tensor4D>(a, 0.7)
    const f = compile(loss, extractor)
    const rows = await f.breakdown(a, b)
    expect(rows.every(({ value }) => value > 0)).toBe(true)
    const gradient = gradientOf((x) => f(a, x), b)
    expect(norm(gradient)).toBeGreaterThan(0)
    expect(gradient.every(Number.isFinite)).toBe(true)
    // By hand: the Gram matrix of tokens is over tokens.
    const [first] = tf.tidy(() => [...extractor.features(b, [tapOf('first')], 'unit')]) as [tf.Tensor3D]
    const [, count, channels] = first.shape
    const byHand = tf.div(tf.matMul(first, first, true), count * channels)
    const one = compile(mse(gram(tokens)), extractor)
    const other = tf.tidy(() => {
      const [reference] = extractor.features(a, [tapOf('first')], 'unit') as [tf.Tensor3D]
      return tf.mean(tf.squaredDifference(byHand, tf.div(tf.matMul(reference, reference, true), count * channels)))
    })
    expect(takeNumber(one(a, b))).toBeCloseTo(takeNumber(other), 5)
    extractor.dispose()
  })
})
