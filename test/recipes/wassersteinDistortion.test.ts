/**
 * Wasserstein distortion: the authors' numbers, on VGG16 as the package has it. Tolerances: values to 1e-5, float32 sums of 10 million numbers; gradients to 1e-3, for where a picture is flat
 * the authors' variances are differences of squares, of rounding, and ours are 0.
 */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile, encode, laws, lossEq, tryDecode, wassersteinDistortion, type Extractor, type Vgg16Layer } from '../../src/index.js'
import { full } from '../support/full.js'
import { noise, plain } from '../support/images.js'
import { agreesOverNetwork } from '../support/networkGoldens.js'
import { sharedVgg16 } from '../support/network.js'
import { planOf } from '../support/planOf.js'
import { gradientOf, takeNumber, valueAndGradient } from '../support/tensors.js'

const network = async (): Promise<Extractor<string>> => (await sharedVgg16()) as Extractor<string>

for (const log2Sigma of full ? [0, 2, 4] : [4])
  agreesOverNetwork(`wasserstein distortion (log2 sigma ${String(log2Sigma)})`, wassersteinDistortion({ log2Sigma }), network, {
    value: 1e-5,
    gradient: 1e-3,
    oneLarge: log2Sigma !== 4,
  })

describe('wassersteinDistortion', () => {
  const shape = [1, 61, 64, 3] as const
  const target = noise(51, shape)
  let vgg: Extractor<Vgg16Layer>
  beforeAll(async () => {
    vgg = await sharedVgg16()
  })

  it('with a map of one sigma is that of the number', () => {
    const f = compile(wassersteinDistortion({ log2Sigma: 'sigma' }), vgg)
    expect(f.needs).toMatchObject({ references: ['target'], masks: ['sigma'] })
    const dark = tf.mul<tf.Tensor4D>(target, 0.9)
    const [byMap, byNumber] = [
      takeNumber(f({ target, sigma: plain(3, [1, 61, 64, 1]) }, dark)),
      takeNumber(compile(wassersteinDistortion({ log2Sigma: 3 }), vgg)(target, dark)),
    ]
    expect(byMap / byNumber).toBeCloseTo(1, 5)
  })

  it('is zero, with a zero gradient, on identical pictures, and has a finite gradient to plain ones', () => {
    const f = compile(wassersteinDistortion(), vgg)
    const [value, slope] = valueAndGradient((x) => f(target, x as typeof target), target)
    expect(value).toBe(0)
    expect(slope.every((v) => v === 0)).toBe(true)
    for (const picture of full ? [plain(0, shape), plain(1, shape), plain(0.3, shape)] : [plain(0, shape)]) {
      const gradient = gradientOf((x) => f(target, x), picture)
      expect(gradient.every(Number.isFinite)).toBe(true)
      expect(gradient.some((v) => v !== 0)).toBe(true)
    }
  })

  it('says which size it needs, and which sigmas', () => {
    const small = noise(1, [1, 60, 64, 3])
    expect(() => compile(wassersteinDistortion(), vgg)(small, small)).toThrow(/too small/)
    expect(() => wassersteinDistortion({ log2Sigma: -1 })).toThrow(/log2Sigma: received -1, expected a number from 0 to 5, or the name of a map/)
    expect(() => wassersteinDistortion({ sigma: 2 } as never)).toThrow(/unknown option, expected one of log2Sigma/)
  })

  it('is 16 terms over three views of one network, in JSON too', () => {
    const loss = wassersteinDistortion({ log2Sigma: 'sigma' })
    const decoded = tryDecode(JSON.parse(JSON.stringify(encode(loss))))
    expect(E.isRight(decoded) && lossEq.equals(decoded.right, loss)).toBe(true)
    expect(laws(loss)).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, smooth: false })
    const { terms, prediction } = planOf(loss, vgg)
    expect(terms).toHaveLength(16)
    expect(prediction.views.map(({ layers }) => layers.length)).toEqual([5, 5, 5])
  })
})
