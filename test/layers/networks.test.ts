/**
 * AlexNet and SqueezeNet against torchvision's own definitions (test/goldens/make_networks.py), every layer before and after its ReLU, with overlapping pooling by maxima
 * and by means, at sizes where strides leave rows over. SqueezeNet's weights are not in the package: it runs where the folder that has them is there.
 *
 * Tolerance: 5e-5 of each layer's scale for values (sums of up to 3,456 float32 in another order, layer after layer), 1e-3 of the norm for gradients.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  alexnet,
  compile,
  describeError,
  featureAt,
  LossException,
  mse,
  squeezenet,
  sum,
  tryAlexnet,
  tryCompile,
  tryVgg16,
  vgg19,
  type Extractor,
  type Pooling,
} from '../../src/index.js'
import { ALEXNET } from '../../src/layers/alexnet.js'
import { SQUEEZENET } from '../../src/layers/squeezenet.js'
import type { NetworkTable } from '../../src/layers/network/table.js'
import { squeezenetFile } from '../support/sharedWeights.js'
import { peers } from '../support/firstTie.js'
import { goldenImage, plain } from '../support/images.js'
import { gradientOf, leaked, norm } from '../support/tensors.js'

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
const goldens = (JSON.parse(readFileSync(new URL('../goldens/networks.json', import.meta.url), 'utf8')) as { readonly cases: readonly Case[] }).cases

const VALUES = 5e-5
const GRADIENTS = 1e-3

const corner = async (name: string, [height, width]: readonly [number, number]): Promise<Tensor4D> => {
  const image = await goldenImage(name)
  const cut = tf.slice(image, [0, 0, 0, 0], [1, height, width, 3])
  image.dispose()
  return cut
}

const readPackaged = (): Uint8Array => readFileSync(new URL('../../weights/alexnet.safetensors', import.meta.url))

const networks = [
  { name: 'alexnet', table: ALEXNET, file: readPackaged },
  { name: 'squeezenet', table: SQUEEZENET, file: squeezenetFile },
] as const

for (const { name, table, file } of networks)
  describe.runIf(file() !== undefined)(`${name} in torchvision`, () => {
    let network: Extractor<string>
    beforeAll(() => {
      network = peers(table, file() ?? new Uint8Array())
    })
    it.each(goldens.filter((golden) => golden.network === name))('$image $size, $pooling pooling', async ({ pooling, image, size, layers, loss, gradient }) => {
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
    })
  })

describe('alexnet', () => {
  let network: Awaited<ReturnType<typeof alexnet>>
  beforeAll(async () => {
    network = await alexnet()
  })

  it.runIf(existsSync(new URL('../../../shared/data/', import.meta.url)))('has torchvision’s numbers, bit for bit', () => {
    const file = readPackaged()
    const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, { shape: number[]; data_offsets: [number, number] }>
    const values = (tensor: string): Float32Array => {
      const [start, end] = header[tensor]!.data_offsets
      return new Float32Array(new Uint8Array(file.subarray(8 + length + start, 8 + length + end)).buffer)
    }
    const same = (a: Float32Array, b: Float32Array): boolean =>
      a.length > 0 && Buffer.compare(new Uint8Array(a.buffer), Uint8Array.from(new Uint8Array(b.buffer, b.byteOffset, b.byteLength))) === 0
    const raw = readFileSync(new URL('../../../shared/data/alexnet_torchvision.f32', import.meta.url))
    const theirs = new Float32Array(new Uint8Array(raw).buffer)
    let at = 0
    for (const [i, [size, input, output]] of [
      [11, 3, 64],
      [5, 64, 192],
      [3, 192, 384],
      [3, 384, 256],
      [3, 256, 256],
    ].entries() as Iterable<[number, [number, number, number]]>) {
      // prettier-ignore
      const torch = tf.tensor4d(theirs.subarray(at, at + output * input * size ** 2), [output, input, size, size])
      at += torch.size
      expect(same(values(`conv${String(i + 1)}/kernel`), tf.transpose(torch, [2, 3, 1, 0]).dataSync<'float32'>())).toBe(true)
      expect(same(values(`conv${String(i + 1)}/bias`), theirs.slice(at, at + output))).toBe(true)
      at += output
      torch.dispose()
    }
    expect(at).toBe(theirs.length)
  })

  it('takes relu3 for conv3, after its ReLU', () => {
    const f = compile(sum(mse(featureAt('conv3')), mse(featureAt('relu3')), mse(featureAt('conv3', { activation: 'post' }))), network)
    expect(f.plan.taps).toEqual([{ layer: 'conv3', activation: 'post', pooling: 'max' }])
  })

  it('says what it needs and costs, without running', () => {
    const tap = (layer: string) => ({ layer, activation: 'post', pooling: 'max' }) as const
    const minimum = (layer: string) => network.shapeOf([1, 1, 1, 3], tap(layer))
    expect([minimum('conv1'), minimum('conv2'), minimum('conv5'), minimum('pool5')]).toEqual([
      { minimum: 7 },
      { minimum: 15 },
      { minimum: 31 },
      { minimum: 63 },
    ])
    for (const [layer, side] of [
      ['conv1', 7],
      ['conv2', 15],
      ['conv5', 31],
      ['pool5', 63],
    ] as const)
      // prettier-ignore
      expect(tf.tidy(() => network.features(plain(0.5, [1, side, side, 3]), [tap(layer)], 'unit')[0]?.shape.slice(1, 3))).toEqual([1, 1])
    // By hand: 64 filters of 11 x 11 x 3 at 55 x 55 positions, two a multiply-add, one for the bias, one for the ReLU.
    const { layers } = network.cost([1, 224, 224, 3], [tap('pool1')])
    expect(layers).toEqual([
      { layer: 'conv1', shape: [1, 55, 55, 64], flops: 55 * 55 * 64 * (2 * 363 + 2), bytes: 4 * 55 * 55 * 64 },
      { layer: 'pool1', shape: [1, 27, 27, 64], flops: 27 * 27 * 64 * 9, bytes: 4 * 27 * 27 * 64 },
    ])
  })

  it('refuses pictures too small for it, and L2 pooling, in words', () => {
    const tooSmall = () => compile(mse(featureAt('conv3')), network)(tf.zeros([1, 30, 90, 3]), tf.zeros([1, 30, 90, 3]))
    expect(tooSmall).toThrow(/'prediction' is 30 x 90, too small for conv3; expected at least 31 x 31/)
    const l2 = tryCompile(mse(featureAt('conv1', { pooling: 'l2' })), network)
    expect(l2._tag === 'Left' && describeError(l2.left)).toMatch(/alexnet cannot give conv1: L2 pooling is defined in place of pooling 2 x 2/)
    expect(() => compile(mse(featureAt('pool1', { activation: 'pre' })), network)).toThrow(LossException)
  })

  it('has a finite gradient on black, saturated and equal pictures, zero where they are equal, and leaves nothing behind', () => {
    const f = compile(sum(...ALEXNET.layers.slice(0, 7).map(({ name }) => mse(featureAt(name as 'conv1')))), network)
    const one = tf.tidy(() => tf.add<Tensor4D>(tf.zeros([1, 40, 56, 3]), tf.oneHot(tf.tensor1d([1000], 'int32'), 40 * 56 * 3).reshape([1, 40, 56, 3])))
    const pictures = [plain(0, [1, 40, 56, 3]), plain(1, [1, 40, 56, 3]), plain(0.5, [1, 40, 56, 3]), one]
    for (const target of pictures)
      for (const prediction of pictures) {
        const gradient = gradientOf((x) => f(target, x), prediction)
        expect(gradient.every(Number.isFinite)).toBe(true)
        if (target === prediction) expect(norm(gradient)).toBe(0)
        else expect(norm(gradient)).toBeGreaterThan(0)
      }
    expect(leaked(() => void gradientOf((x) => f(one, x), pictures[2]!))).toBe(0)
    tf.dispose(pictures)
  })

  it('is another network’s file for VGG16, and VGG16’s for it', async () => {
    const other = await tryVgg16({ weights: readPackaged() })()
    expect(other._tag === 'Left' && describeError(other.left)).toMatch(/not those of vgg16/)
    const vgg = await tryAlexnet({ weights: new URL('../../weights/vgg16.safetensors', import.meta.url) })()
    expect(vgg._tag === 'Left' && describeError(vgg.left)).toMatch(/not those of alexnet/)
  })
})

describe('networks without weights in the package', () => {
  it('say so, and what to pass', async () => {
    await expect((vgg19 as () => Promise<unknown>)()).rejects.toThrow(
      /no weights for vgg19\. Pass a file of yours.*vgg19\({ weights: 'FILE' }\).*Nothing was loaded/,
    )
    await expect((squeezenet as () => Promise<unknown>)()).rejects.toThrow(/no weights for squeezenet/)
  })
})

/** The tables' own laws. */
describe('tables', () => {
  it.each([ALEXNET, SQUEEZENET] as readonly NetworkTable[])('$name has layers of distinct names, and aliases of layers', ({ layers, aliases }) => {
    const names = layers.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { layer } of Object.values(aliases)) expect(names).toContain(layer)
  })
})
