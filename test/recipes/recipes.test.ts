/**
 * The published losses as values: what they are made of, and that their gradients are finite where the peers' are not.
 */
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  compile,
  dists,
  esrgan,
  johnsonContent,
  laws,
  lossEq,
  lpips,
  realEsrgan,
  show,
  sum,
  weighted,
  type Extractor,
  type Vgg16Layer,
  type Vgg19Layer,
} from '../../src/index.js'
import { full } from '../support/full.js'
import { noise, plain } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { gradientOf, leaked, takeNumber } from '../support/tensors.js'
import { planOf } from '../support/planOf.js'

let network: Extractor<Vgg16Layer>
beforeAll(async () => {
  network = await sharedVgg16()
})

const shape = full ? ([1, 32, 24, 3] as const) : ([1, 16, 24, 3] as const)

describe('lpips', () => {
  it('is a sum over layers of weighted channels of unit vectors', () => {
    expect(show(lpips({ net: 'vgg' }))).toContain("weightedChannels(unitNormalized(featureAt('block1_conv2')), { weights: 'lpips.vgg.lin0' })")
    expect(show(lpips({ net: 'vgg', heads: 'none', like: 'torchmetrics' }))).toContain(
      "weightedChannels(unitNormalized(featureAt('block5_conv3'), { epsilon: 1e-8, addedTo: 'square' }))",
    )
    expect(laws(lpips({ net: 'vgg' }))).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
  })

  it('uses AlexNet by default, and knows seven layers of SqueezeNet', () => {
    expect(show(lpips())).toBe(show(lpips({ net: 'alex' })))
    expect(show(lpips())).toContain("weightedChannels(unitNormalized(featureAt('conv5')), { weights: 'lpips.alex.lin4' })")
    expect(show(lpips({ net: 'squeeze' }))).toContain("weightedChannels(unitNormalized(featureAt('fire9')), { weights: 'lpips.squeeze.lin6' })")
  })

  it('shares one forward pass with other terms of the network', () => {
    const { taps, features } = planOf(sum(lpips({ net: 'vgg' }), johnsonContent()), network)
    expect(taps).toHaveLength(5)
    expect(features.filter(({ _tag }) => _tag === 'Layer')).toHaveLength(5)
  })

  it('refuses other nets and options', () => {
    expect(() => lpips({ net: 'resnet' as never })).toThrow(/lpips: wrong option net: received "resnet"/)
    expect(() => lpips({ net: 'vgg', head: 'v0.0' } as never)).toThrow(/head.*Did you mean heads/)
  })
})

describe.each([
  ['lpips', () => lpips({ net: 'vgg' })],
  ['lpips, torchmetrics', () => lpips({ net: 'vgg', like: 'torchmetrics' })],
  ['dists', dists],
])('%s', (_name, make) => {
  it('is zero, with a zero gradient, on identical, black, white and plain pictures', () => {
    const f = compile(make(), network)
    const pictures = [noise(51, shape), plain(0, shape), plain(1, shape), plain(0.3, shape)]
    for (const picture of full ? pictures : pictures.slice(0, 2)) {
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
          [9, shape[1] - 10],
          [7, 16],
          [0, 0],
        ]),
      ),
    )
    const pairs = [
      [target, onePixel],
      [target, plain(0, shape)],
      [plain(0, shape), target],
      [target, plain(1, shape)],
      [plain(0.3, shape), plain(0.4, shape)],
    ] as const
    for (const [reference, prediction] of full ? pairs : pairs.slice(0, 3)) {
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

describe('esrgan and realEsrgan', () => {
  it('are BasicSR’s layers and weights, before the ReLU', () => {
    expect(show(esrgan())).toBe("mae(featureAt('block5_conv4', { activation: 'pre' }))")
    const at = (layer: string) => `mae(featureAt('${layer}', { activation: 'pre' }))`
    const tenths = ['block1_conv2', 'block2_conv2'].map((layer) => `weighted(0.1, ${at(layer)})`)
    expect(show(realEsrgan())).toBe(`sum(${[...tenths, ...['block3_conv4', 'block4_conv4', 'block5_conv4'].map(at)].join(', ')})`)
  })

  it('add pixels where a weight is given, and refuse what is not a weight', () => {
    expect(show(esrgan({ pixelWeight: 1e-2 }))).toContain('weighted(0.01, mae(pixels))')
    expect(lossEq.equals(realEsrgan({ perceptualWeight: 2 }), weighted(2, realEsrgan()))).toBe(true)
    expect(() => esrgan({ pixelWeight: Number.NaN })).toThrow(/esrgan.*pixelWeight.*a number from -3.4e38 to 3.4e38/)
    expect(() => realEsrgan({ ganWeight: 1 } as never)).toThrow(/ganWeight/)
  })

  it('are compiled over VGG19 by their types, and not over VGG16', () => {
    const typesOnly = (program: (vgg19: Extractor<Vgg19Layer>, vgg16: Extractor<Vgg16Layer>) => unknown): boolean => typeof program === 'function'
    typesOnly((vgg19) => compile(realEsrgan(), vgg19))
    // @ts-expect-error block5_conv4 is not a layer of VGG16
    typesOnly((_vgg19, vgg16) => compile(esrgan(), vgg16))
  })
})
