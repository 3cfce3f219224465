/**
 * The published losses as values: what they are made of, and that their gradients are finite where the peers' are not.
 */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, dists, johnsonContent, laws, lpips, show, sum, type Extractor, type Vgg16Layer } from '../../src/index.js'
import { noise, plain } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { gradientOf, leaked, takeNumber } from '../support/tensors.js'

let network: Extractor<Vgg16Layer>
beforeAll(async () => {
  network = await sharedVgg16()
})

const shape = [1, 32, 24, 3] as const

describe('lpips', () => {
  it('is a sum over layers of weighted channels of unit vectors', () => {
    expect(show(lpips({ net: 'vgg' }))).toContain("weightedChannels(unitNormalized(featureAt('block1_conv2')), { weights: 'lpips.vgg.lin0' })")
    expect(show(lpips({ net: 'vgg', heads: 'none', profile: 'torchmetrics' }))).toContain(
      "weightedChannels(unitNormalized(featureAt('block5_conv3'), { epsilon: 1e-8, addedTo: 'square' }))",
    )
    expect(laws(lpips({ net: 'vgg' }))).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
  })

  it('is over AlexNet where nothing is said, and knows seven layers of SqueezeNet', () => {
    expect(show(lpips())).toBe(show(lpips({ net: 'alex' })))
    expect(show(lpips())).toContain("weightedChannels(unitNormalized(featureAt('conv5')), { weights: 'lpips.alex.lin4' })")
    expect(show(lpips({ net: 'squeeze' }))).toContain("weightedChannels(unitNormalized(featureAt('fire9')), { weights: 'lpips.squeeze.lin6' })")
  })

  it('shares one forward pass with other terms of the network', () => {
    const { taps, features } = compile(sum(lpips({ net: 'vgg' }), johnsonContent()), network).plan
    expect(taps).toHaveLength(5)
    expect(features.filter(({ _tag }) => _tag === 'Layer')).toHaveLength(5)
  })

  it('refuses other nets and options', () => {
    expect(() => lpips({ net: 'resnet' as never })).toThrow(/lpips: wrong option: net came as "resnet"/)
    expect(() => lpips({ net: 'vgg', head: 'v0.0' } as never)).toThrow(/head.*Did you mean heads/)
  })
})

describe.each([
  ['lpips', () => lpips({ net: 'vgg' })],
  ['lpips, torchmetrics', () => lpips({ net: 'vgg', profile: 'torchmetrics' })],
  ['dists', dists],
])('%s', (_name, make) => {
  it('is zero, with a zero gradient, on identical, black, white and plain pictures', () => {
    const f = compile(make(), network)
    for (const picture of [noise(51, shape), plain(0, shape), plain(1, shape), plain(0.3, shape)]) {
      expect(takeNumber(f(picture, picture))).toBe(0)
      expect(Math.max(...gradientOf((v) => f(picture, v), picture).map(Math.abs))).toBe(0)
    }
  })

  it('has a finite gradient from and to black, white, plain and all but equal pictures', () => {
    const f = compile(make(), network)
    const target = noise(52, shape)
    const onePixel = tf.tidy(() =>
      tf.add(
        target,
        tf.pad(tf.fill([1, 1, 1, 3], 1e-3), [
          [0, 0],
          [9, 22],
          [7, 16],
          [0, 0],
        ]),
      ),
    )
    for (const [reference, prediction] of [
      [target, plain(0, shape)],
      [plain(0, shape), target],
      [target, plain(1, shape)],
      [plain(0.3, shape), plain(0.4, shape)],
      [target, onePixel],
    ] as const) {
      const gradient = gradientOf((v) => f(reference, v), prediction)
      expect(gradient.every(Number.isFinite)).toBe(true)
      expect(gradient.some((v) => v !== 0)).toBe(true)
    }
  })

  it('leaves no tensor behind', () => {
    const f = compile(make(), network)
    const [x, y] = [noise(53, shape), noise(54, shape)]
    f(x, y).dispose()
    expect(
      leaked(() => {
        f(x, y).dispose()
        gradientOf((v) => f(x, v), y)
      }),
    ).toBe(0)
  })
})
