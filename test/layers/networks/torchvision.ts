/**
 * A network against torchvision's own definition (test/goldens/make_networks.py): every layer before and after its ReLU, with overlapping pooling by maxima and by means, at sizes
 * where strides leave rows over.
 *
 * Tolerance: 5e-5 of each layer's scale for values (sums of up to 3,456 float32 in another order, layer after layer), 1e-3 of the norm for gradients.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, featureAt, mse, sum, type Extractor, type Pooling } from '../../../src/index.js'
import type { NetworkTable } from '../../../src/layers/architecture/networkTable.js'
import { peers } from '../../support/firstTie.js'
import { goldenImage } from '../../support/images.js'
import { norm } from '../../support/tensors.js'

interface Layer {
  readonly shape: readonly number[]
  readonly mean: number
  readonly norm: number
  readonly at: readonly (readonly [number, number, number, number])[]
}
interface Case {
  readonly network: 'alexnet' | 'squeezenet'
  readonly pooling: Pooling
  readonly image: string
  readonly size: readonly [number, number]
  readonly layers: Readonly<Record<string, Layer>>
  readonly loss: number
  readonly gradient: { readonly norm: number; readonly at: Layer['at'] }
}
const goldens = (JSON.parse(readFileSync(new URL('../../goldens/networks.json', import.meta.url), 'utf8')) as { readonly cases: readonly Case[] }).cases

const VALUES = 5e-5
const GRADIENTS = 1e-3

const corner = async (name: string, [height, width]: readonly [number, number]): Promise<Tensor4D> => {
  const image = await goldenImage(name)
  const cut = tf.slice(image, [0, 0, 0, 0], [1, height, width, 3])
  image.dispose()
  return cut
}

/** Declares the tests of a network: its table, and its weights as a safetensors file, which is read when they run. */
export const againstTorchvision = (table: NetworkTable, file: () => Uint8Array): void => {
  describe(`${table.name} in torchvision`, () => {
    let network: Extractor<string>
    beforeAll(() => {
      network = peers(table, file())
    })
    it.each(goldens.filter((golden) => golden.network === table.name))(
      '$image $size, $pooling pooling',
      async ({ pooling, image, size, layers, loss, gradient }) => {
        const [target, prediction] = [await corner(`${image}.png`, size), await corner(`${image}_noise.png`, size)]
        const taps = Object.keys(layers).map((key) => {
          const [layer = '', before] = key.split(':')
          return { layer, activation: before === undefined ? 'post' : 'pre', pooling } as const
        })
        const features = tf.tidy(() => network.features(prediction, taps, 'unit').map((feature) => feature.clone()))
        Object.entries(layers).forEach(([key, golden], i) => {
          const feature = features[i]!
          expect(feature.shape, key).toEqual(golden.shape)
          expect(network.shapeOf([1, ...size, 3], taps[i]!), key).toEqual(golden.shape)
          const values = feature.dataSync<'float32'>()
          const [, , width = 0, channels = 0] = golden.shape
          const scale = golden.norm / Math.sqrt(values.length)
          expect(Math.abs(norm(values) / golden.norm - 1), key).toBeLessThan(VALUES)
          expect(Math.abs(values.reduce((a: number, b: number) => a + b, 0) / values.length - golden.mean), key).toBeLessThan(VALUES * scale)
          for (const [row, column, channel, value] of golden.at)
            expect(Math.abs((values[(row * width + column) * channels + channel] ?? Number.NaN) - value), key).toBeLessThan(2 * VALUES * scale)
        })
        const f = compile(sum(...table.layers.map((layer) => mse(featureAt(layer.name, { pooling })))), network)
        const { value, grad } = tf.valueAndGrad((x) => f(target, x))(prediction)
        expect(Math.abs((value.dataSync()[0] ?? 0) / loss - 1)).toBeLessThan(VALUES)
        const numbers = grad.dataSync()
        expect(Math.abs(norm(numbers) / gradient.norm - 1)).toBeLessThan(GRADIENTS)
        for (const [row, column, channel, v] of gradient.at)
          expect(Math.abs((numbers[(row * size[1] + column) * 3 + channel] ?? Number.NaN) - v)).toBeLessThan(GRADIENTS * gradient.norm)
        tf.dispose([target, prediction, features, value, grad])
      },
    )
  })
}
