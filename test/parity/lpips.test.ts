/**
 * LPIPS over AlexNet against the official code on 27 pairs, and over each network on the pictures of its README, where the folder that has them is there.
 *
 * Tolerances: 5e-5 relative for values (AlexNet's weights are the peer's, bit for bit), plus 1e-9 for zero; 1e-3 of the norm for gradients, each compared with the
 * peer's rule for ties in max pooling (gradients.test.ts).
 */
import * as tf from '@tensorflow/tfjs'
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { alexnet, compile, lpips, squeezenet, type AlexnetLayer, type Extractor } from '../../src/index.js'
import { ALEXNET } from '../../src/layers/alexnet.js'
import { readImage } from '../../src/node/index.js'
import { peers } from '../support/firstTie.js'
import { goldenImage } from '../support/images.js'
import { sharedVgg16 } from '../support/network.js'
import { squeezenetFile } from '../support/sharedWeights.js'
import { norm, takeNumber } from '../support/tensors.js'
import { asShipped } from './goldens.js'

const GOLDEN = 'lpips(alex)'
const BLACK_OR_FLAT = /_(black|flat)\.png$/

describe('lpips(alex)', () => {
  let ours: Extractor<AlexnetLayer>
  let peer: Extractor<AlexnetLayer>
  beforeAll(async () => {
    ours = await alexnet()
    peer = peers<AlexnetLayer>(ALEXNET, readFileSync(new URL('../../weights/alexnet.safetensors', import.meta.url)))
  })

  it('has 27 pairs', () => {
    expect(asShipped).toHaveLength(27)
  })

  it.each(asShipped)('$a $b', async ({ a, b, values, gradients }) => {
    const [target, prediction] = [await goldenImage(a), await goldenImage(b)]
    const expected = values[GOLDEN] as number
    const value = takeNumber(compile(lpips(), ours)(target, prediction))
    expect(Math.abs(value - expected), `ours ${String(value)}, the peer's ${String(expected)}`).toBeLessThanOrEqual(5e-5 * expected + 1e-9)
    const golden = gradients[GOLDEN]
    if (typeof golden === 'object' && !BLACK_OR_FLAT.test(b)) {
      const f = compile(lpips(), peer)
      const gradient = tf.tidy(() => tf.grad((x) => f(target, x))(prediction))
      const numbers = gradient.dataSync()
      expect(Math.abs(norm(numbers) / golden.norm - 1), 'the norm').toBeLessThanOrEqual(1e-3)
      for (const [row, column, channel, number] of golden.at)
        expect(Math.abs((numbers[(row * prediction.shape[2] + column) * 3 + channel] ?? Number.NaN) - number)).toBeLessThanOrEqual(1e-3 * golden.norm)
      gradient.dispose()
    }
    tf.dispose([target, prediction])
  })
})

const PICTURES = new URL('../../../shared/data/images/', import.meta.url)

/** The example's numbers by the official code (test/goldens/make_maps.py); its README rounds AlexNet's to 0.722 and 0.138. */
const { examples } = JSON.parse(readFileSync(new URL('../goldens/lpips.json', import.meta.url), 'utf8')) as {
  readonly examples: readonly { readonly net: 'alex' | 'vgg' | 'squeeze'; readonly a: string; readonly b: string; readonly value: number }[]
}

describe.runIf(existsSync(PICTURES))('the pictures of the LPIPS README', () => {
  const over = {
    alex: async () => compile(lpips(), await alexnet()),
    vgg: async () => compile(lpips({ net: 'vgg' }), await sharedVgg16()),
    squeeze: async () => compile(lpips({ net: 'squeeze' }), await squeezenet({ weights: squeezenetFile() ?? new Uint8Array() })),
  }

  it.each(examples)('$net $b', async ({ net, a, b, value }) => {
    const [target, prediction] = [await readImage(new URL(a, PICTURES)), await readImage(new URL(b, PICTURES))]
    const f = await over[net]()
    const ours = takeNumber(f(target, prediction))
    expect(Math.abs(ours / value - 1), `ours ${String(ours)}`).toBeLessThanOrEqual(5e-5)
    tf.dispose([target, prediction])
  })

  it('are those that are published', () => {
    const rounded = examples.map(({ net, b, value }) => `${net} ${b.slice(-6, -4)} ${value.toFixed(net === 'squeeze' ? 3 : 4)}`)
    expect(rounded).toEqual(['alex p0 0.7219', 'alex p1 0.1376', 'vgg p0 0.5686', 'vgg p1 0.4217', 'squeeze p0 0.711', 'squeeze p1 0.148'])
  })
})
