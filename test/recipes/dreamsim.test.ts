/** dreamsim against its formula in float64, over a tiny network; test/python/run/onnxRecipes.test.ts holds it against the package dreamsim. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { compile, dreamsim, encode, laws, lossEq, tryDecode, type Extractor } from '../../src/index.js'
import { fromOnnx } from '../../src/onnx/index.js'
import { tapOf } from '../onnx/onnxNetworks.js'
import { noise } from '../support/images.js'
import { TOKENS_SIDE, tokensFile } from '../support/onnxTokens.js'
import { gradientOf, leaked, take, takeNumber } from '../support/tensors.js'

const shape = [1, TOKENS_SIDE, TOKENS_SIDE, 3] as const
const load = (): Promise<Extractor<string>> => fromOnnx(tokensFile(), { input: 'unit' })

/** 1 - cos of the angle between the embeddings, in float64. */
const byHand = (extractor: Extractor<string>, a: Tensor4D, b: Tensor4D): number => {
  const [x = [], y = []] = [a, b].map((images) => Array.from(take(tf.tidy(() => [...extractor.features(images, [tapOf('embedding')], 'unit')])[0]!)))
  const dot = x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0)
  return 1 - dot / (Math.hypot(...x) * Math.hypot(...y))
}

describe('dreamsim', () => {
  it('is the cosine distance of the embeddings', async () => {
    const extractor = await load()
    const [target, prediction] = [noise(1, shape), tf.tidy((): Tensor4D => tf.mul(noise(2, shape), 0.3))]
    const expected = byHand(extractor, target, prediction)
    expect(expected).toBeGreaterThan(1e-4)
    expect(takeNumber(compile(dreamsim(), extractor)(target, prediction)) / expected).toBeCloseTo(1, 3)
    extractor.dispose()
  })

  it('with a mask compares what is left of the pictures', async () => {
    const extractor = await load()
    const [target, prediction] = [noise(3, shape), noise(4, shape)]
    const face = tf.tidy(() => tf.cast(tf.greater(noise(5, [1, TOKENS_SIDE, TOKENS_SIDE, 1]), 0.5), 'float32'))
    const masked = (picture: Tensor4D): Tensor4D => tf.tidy(() => tf.mul(picture, face))
    const [all, left] = [compile(dreamsim(), extractor), compile(dreamsim({ mask: 'face' }), extractor)]
    expect(takeNumber(left({ target, face }, prediction))).toBeCloseTo(takeNumber(all(masked(target), masked(prediction))), 6)
    extractor.dispose()
  })

  it('is zero with a zero gradient on identical pictures, and has a finite gradient to plain ones', async () => {
    const extractor = await load()
    const f = compile(dreamsim(), extractor)
    for (const picture of [noise(6, shape), tf.zeros<tf.Rank.R4>([...shape]), tf.ones<tf.Rank.R4>([...shape])]) {
      expect(takeNumber(f(picture, picture))).toBe(0)
      expect(Math.max(...gradientOf((x) => f(picture, x), picture).map(Math.abs))).toBe(0)
      expect(gradientOf((x) => f(noise(7, shape), x), picture).every(Number.isFinite)).toBe(true)
    }
    const [a, b] = [noise(8, shape), noise(9, shape)]
    expect(leaked(() => gradientOf((x) => f(a, x), b))).toBe(0)
    extractor.dispose()
  })

  it('says what is wrong: an empty name, an option, a layer that is not there', async () => {
    const extractor = await load()
    expect(() => dreamsim({ layer: '' })).toThrow(/dreamsim.*layer: received "", expected a name/)
    expect(() => dreamsim({ layers: ['a'] } as never)).toThrow(/unknown option.*layer/i)
    expect(() => compile(dreamsim({ layer: 'pooled' }), extractor)).toThrow(/'pooled' is not a layer of onnx/)
    extractor.dispose()
  })

  it('is lawful, also in JSON', () => {
    const loss = dreamsim({ layer: 'a', mask: 'face' })
    const decoded = tryDecode(JSON.parse(JSON.stringify(encode(loss))))
    expect(E.isRight(decoded) && lossEq.equals(decoded.right, loss)).toBe(true)
    expect(laws(dreamsim())).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
  })
})
