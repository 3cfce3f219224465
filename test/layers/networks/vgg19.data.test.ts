/**
 * VGG19 against Keras itself (test/goldens/make_vgg19.py), every layer before and after its ReLU, and ESRGAN's losses over them, where the folder that has Keras' weights is there.
 *
 * Tolerance: 5e-5 of each layer's scale (sums of up to 4,608 float32 in another order, sixteen layers deep).
 */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, esrgan, featureAt, mae, realEsrgan, sum, vgg19 } from '../../../src/index.js'
import { goldenImage } from '../../support/images.js'
import { hasData } from '../../support/sharedData.js'
import { vgg19File } from '../../support/sharedWeights.js'
import { gradientOf, norm } from '../../support/tensors.js'
import { planOf } from '../../support/planOf.js'

interface Layer {
  readonly shape: readonly number[]
  readonly mean: number
  readonly norm: number
  readonly at: readonly (readonly [number, number, number, number])[]
}
const { layers, pairs } = JSON.parse(readFileSync(new URL('../../goldens/vgg19.json', import.meta.url), 'utf8')) as {
  readonly layers: Readonly<Record<string, Layer>>
  readonly pairs: Readonly<Record<string, { readonly esrgan: number; readonly realEsrgan: number }>>
}

const TOLERANCE = 5e-5

describe.runIf(hasData)('VGG19 in Keras', () => {
  it('has every layer’s values', async () => {
    const network = await vgg19({ weights: vgg19File() ?? '' })
    expect(network.weights).toMatchObject({ network: 'vgg19', names: "Keras' names", preprocessing: 'caffe', tensors: 32 })
    expect(Object.keys(layers).filter((key) => !key.endsWith(':pre'))).toEqual(network.layers)
    const image = await goldenImage('coffee.png')
    const taps = Object.keys(layers).map((key) => {
      const [layer = '', before] = key.split(':')
      return { layer, activation: before === undefined ? 'post' : 'pre', pooling: 'max' } as const
    })
    const features = tf.tidy(() => network.features(image, taps, 'unit').map((feature) => feature.clone()))
    Object.entries(layers).forEach(([key, golden], i) => {
      const values = features[i]!.dataSync<'float32'>()
      const [, , width = 0, channels = 0] = golden.shape
      const scale = golden.norm / Math.sqrt(values.length)
      expect(features[i]!.shape, key).toEqual(golden.shape)
      expect(Math.abs(norm(values) / golden.norm - 1), key).toBeLessThan(TOLERANCE)
      expect(Math.abs(values.reduce((a: number, b: number) => a + b, 0) / values.length - golden.mean), key).toBeLessThan(TOLERANCE * scale)
      for (const [row, column, channel, value] of golden.at)
        expect(Math.abs((values[(row * width + column) * channels + channel] ?? Number.NaN) - value), key).toBeLessThan(2 * TOLERANCE * scale)
    })
    // The aliases that papers use: conv5_4 is before its ReLU.
    const loss = sum(mae(featureAt('conv5_4')), mae(featureAt('relu5_4')))
    const f = compile(loss, network)
    expect(planOf(loss, network).taps.map(({ layer, activation }) => `${layer} ${activation}`)).toEqual(['block5_conv4 pre', 'block5_conv4 post'])
    const gradient = gradientOf((x) => f(image, x), tf.zerosLike(image))
    expect(gradient.every(Number.isFinite) && norm(gradient) > 0).toBe(true)
    tf.dispose([image, features])
    network.dispose()
  })

  it('gives esrgan and realEsrgan the values of BasicSR’s formula on every distortion', async () => {
    const network = await vgg19({ weights: vgg19File() ?? '' })
    const target = await goldenImage('coffee.png')
    const losses = { esrgan: compile(esrgan(), network).prepare(target), realEsrgan: compile(realEsrgan(), network).prepare(target) }
    expect(Object.keys(pairs)).toHaveLength(8)
    for (const [file, expected] of Object.entries(pairs)) {
      const prediction = await goldenImage(file)
      for (const name of ['esrgan', 'realEsrgan'] as const) {
        const value = losses[name](prediction)
        expect(Math.abs((value.dataSync()[0] ?? Number.NaN) / expected[name] - 1), `${name} of ${file}`).toBeLessThan(TOLERANCE)
        value.dispose()
      }
      prediction.dispose()
    }
    target.dispose()
    network.dispose()
  })
})
