/**
 * LPIPS over AlexNet against the official code on 27 pairs. lpips.data.test.ts has the pictures of its README.
 *
 * Tolerances: 5e-5 relative for values (AlexNet's weights are the peer's, bit for bit), plus 1e-9 for zero; 1e-3 of the norm for gradients, each compared with the
 * peer's rule for ties in max pooling (gradients.test.ts).
 */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { alexnet, compile, lpips, type AlexnetLayer, type Extractor } from '../../src/index.js'
import { ALEXNET } from '../../src/layers/networks/alexnet.js'
import { peers } from '../support/firstTie.js'
import { sampled } from '../support/full.js'
import { goldenImage } from '../support/images.js'
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

  it.each(sampled(asShipped))('$a $b', async ({ a, b, values, gradients }) => {
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
