/**
 * LPIPS over each network on the pictures of its README, against the official code. Tolerance: 5e-5 relative (sums of up to 4e6 float32 in another order).
 */
import * as tf from '@tensorflow/tfjs'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { alexnet, compile, lpips, squeezenet } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { sharedVgg16 } from '../support/network.js'
import { DATA, hasData } from '../support/sharedData.js'
import { squeezenetFile } from '../support/sharedWeights.js'
import { takeNumber } from '../support/tensors.js'

const PICTURES = new URL('images/', DATA)

/** The example's numbers by the official code (test/goldens/make_maps.py); its README rounds AlexNet's to 0.722 and 0.138. */
const { examples } = JSON.parse(readFileSync(new URL('../goldens/lpips.json', import.meta.url), 'utf8')) as {
  readonly examples: readonly { readonly net: 'alex' | 'vgg' | 'squeeze'; readonly a: string; readonly b: string; readonly value: number }[]
}

describe.runIf(hasData)('the pictures of the LPIPS README', () => {
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
