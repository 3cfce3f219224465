/** AlexNet and SqueezeNet: AlexNet against torchvision, their tables, and what they say. networks.data.test.ts compares SqueezeNet, whose weights are not in the package. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { alexnet, compile, describeError, featureAt, LossException, mse, squeezenet, sum, tryAlexnet, tryCompile, tryVgg16, vgg19 } from '../../../src/index.js'
import { ALEXNET } from '../../../src/layers/networks/alexnet.js'
import { SQUEEZENET } from '../../../src/layers/networks/squeezenet.js'
import type { NetworkTable } from '../../../src/layers/architecture/networkTable.js'
import { plain } from '../../support/images.js'
import { gradientOf, leaked, norm } from '../../support/tensors.js'
import { againstTorchvision } from './torchvision.js'
import { planOf } from '../../support/planOf.js'

const readPackaged = (): Uint8Array => readFileSync(new URL('../../../weights/alexnet.safetensors', import.meta.url))

againstTorchvision(ALEXNET, readPackaged)

describe('alexnet', () => {
  let network: Awaited<ReturnType<typeof alexnet>>
  beforeAll(async () => {
    network = await alexnet()
  })

  it('takes relu3 for conv3, after its ReLU', () => {
    const plan = planOf(sum(mse(featureAt('conv3')), mse(featureAt('relu3')), mse(featureAt('conv3', { activation: 'post' }))), network)
    expect(plan.taps).toEqual([{ layer: 'conv3', activation: 'post', pooling: 'max' }])
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

  it('rejects pictures too small for it, and L2 pooling, in words', () => {
    const tooSmall = () => compile(mse(featureAt('conv3')), network)(tf.zeros([1, 30, 90, 3]), tf.zeros([1, 30, 90, 3]))
    expect(tooSmall).toThrow(/'prediction' is 30 x 90, too small for conv3; expected at least 31 x 31/)
    const l2 = tryCompile(mse(featureAt('conv1', { pooling: 'l2' })), network)
    expect(l2._tag === 'Left' && describeError(l2.left)).toMatch(/alexnet cannot compute conv1: L2 pooling \(DISTS\) replaces 2 x 2 pooling/)
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
    expect(other._tag === 'Left' && describeError(other.left)).toMatch(/do not fit vgg16/)
    const vgg = await tryAlexnet({ weights: new URL('../../../weights/vgg16.safetensors', import.meta.url) })()
    expect(vgg._tag === 'Left' && describeError(vgg.left)).toMatch(/do not fit alexnet/)
  })
})

describe('networks without weights in the package', () => {
  it('say so, and what to pass', async () => {
    await expect((vgg19 as () => Promise<unknown>)()).rejects.toThrow(
      /does not contain weights for vgg19\. Pass your own file.*vgg19\({ weights: 'FILE' }\).*No weights were loaded/,
    )
    await expect((squeezenet as () => Promise<unknown>)()).rejects.toThrow(/not contain weights for squeezenet/)
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
