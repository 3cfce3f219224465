/** dinoPerceptual against its formula in float64, over a tiny network of tokens; test/python/run/onnxRecipes.test.ts holds it against the package dino-perceptual over a ViT-S. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { compile, dinoPerceptual, encode, laws, lossEq, tryDecode, type Extractor } from '../../src/index.js'
import { fromOnnx } from '../../src/onnx/index.js'
import { tapOf } from '../onnx/onnxNetworks.js'
import { noise } from '../support/images.js'
import { TOKENS_SIDE, tokensFile } from '../support/onnxTokens.js'
import { gradientOf, leaked, take, takeNumber } from '../support/tensors.js'

const shape = [2, TOKENS_SIDE, TOKENS_SIDE, 3] as const
const load = (maps = false): Promise<Extractor<string>> => fromOnnx(tokensFile(maps), { input: 'imagenet' })

/** Rows of unit length in float64: [batch * tokens][channels]. */
const directions = (extractor: Extractor<string>, images: Tensor4D, layer: string): readonly (readonly number[])[] => {
  const [feature = tf.scalar(0)] = tf.tidy(() => [...extractor.features(images, [tapOf(layer)], 'unit')])
  const channels = feature.shape.at(-1) ?? 1
  const values = Array.from(take(feature))
  return Array.from({ length: values.length / channels }, (_, row) => {
    const vector = values.slice(row * channels, (row + 1) * channels)
    const length = Math.hypot(...vector)
    return vector.map((x) => x / length)
  })
}

/** The mean over layers, positions and channels of the weighted squared differences. */
const byHand = (extractor: Extractor<string>, a: Tensor4D, b: Tensor4D, layers: readonly string[], weight: (row: number) => number = () => 1): number => {
  const means = layers.map((layer) => {
    const [x, y] = [directions(extractor, a, layer), directions(extractor, b, layer)]
    const squares = x.flatMap((vector, row) => vector.map((value, i) => weight(row) * (value - (y[row]?.[i] ?? Number.NaN)) ** 2))
    return squares.reduce((sum, square) => sum + square, 0) / squares.length
  })
  return means.reduce((sum, mean) => sum + mean, 0) / means.length
}

describe('dinoPerceptual', () => {
  it('is the mean over twelve blocks of the squared differences of unit tokens', async () => {
    const extractor = await load()
    const [target, prediction] = [noise(1, shape), noise(2, shape)]
    const blocks = Array.from({ length: 12 }, (_, i) => `block${String(i + 1)}`)
    // Float32 sums of a hundred numbers.
    expect(takeNumber(compile(dinoPerceptual(), extractor)(target, prediction)) / byHand(extractor, target, prediction, blocks)).toBeCloseTo(1, 5)
    const some = compile(dinoPerceptual({ layers: ['block2', 'block9'] }), extractor)
    expect(takeNumber(some(target, prediction)) / byHand(extractor, target, prediction, ['block2', 'block9'])).toBeCloseTo(1, 5)
    extractor.dispose()
  })

  it('with a mask counts patches by its square, over maps', async () => {
    const extractor = await load(true)
    const [target, prediction] = [noise(3, shape), noise(4, shape)]
    const half = [1, TOKENS_SIDE, TOKENS_SIDE / 2, 1] as const
    // 1 in the left half, a half in the right one.
    const face = tf.concat([tf.ones<tf.Rank.R4>([...half]), tf.fill<tf.Rank.R4>([...half], 0.5)], 2)
    const f = compile(dinoPerceptual({ layers: ['block1', 'block12'], mask: 'face' }), extractor)
    const expected = byHand(extractor, target, prediction, ['block1', 'block12'], (row) => (row % 4 < 2 ? 1 : 0.25))
    expect(takeNumber(f({ target, face }, prediction)) / expected).toBeCloseTo(1, 5)
    extractor.dispose()
  })

  it('is zero with a zero gradient on identical pictures, and has a finite gradient to plain ones', async () => {
    const extractor = await load()
    const f = compile(dinoPerceptual(), extractor)
    for (const picture of [noise(5, shape), tf.zeros<tf.Rank.R4>([...shape]), tf.ones<tf.Rank.R4>([...shape])]) {
      expect(takeNumber(f(picture, picture))).toBe(0)
      expect(Math.max(...gradientOf((x) => f(picture, x), picture).map(Math.abs))).toBe(0)
      expect(gradientOf((x) => f(noise(6, shape), x), picture).every(Number.isFinite)).toBe(true)
    }
    const [a, b] = [noise(7, shape), noise(8, shape)]
    expect(leaked(() => gradientOf((x) => f(a, x), b))).toBe(0)
    extractor.dispose()
  })

  it('says what is wrong: no layers, another name, tokens with a mask', async () => {
    const extractor = await load()
    expect(() => dinoPerceptual({ layers: [] })).toThrow(/dinoPerceptual.*layers: received \[\], expected a list of names/)
    expect(() => dinoPerceptual({ mask: '' })).toThrow(/dinoPerceptual.*mask/)
    expect(() => dinoPerceptual({ layer: ['block1'] } as never)).toThrow(/unknown option.*layers/i)
    expect(() => compile(dinoPerceptual({ layers: ['block13'] }), extractor)).toThrow(/'block13' is not a layer of onnx/)
    const f = compile(dinoPerceptual({ mask: 'face' }), extractor)
    const picture = noise(1, shape)
    expect(() => f({ target: picture, face: tf.ones([1, TOKENS_SIDE, TOKENS_SIDE, 1]) }, picture)).toThrow(/a mask needs height and width/)
    extractor.dispose()
  })

  it('is lawful, also in JSON', () => {
    const loss = dinoPerceptual({ layers: ['a', 'b'], mask: 'face' })
    const decoded = tryDecode(JSON.parse(JSON.stringify(encode(loss))))
    expect(E.isRight(decoded) && lossEq.equals(decoded.right, loss)).toBe(true)
    expect(laws(dinoPerceptual())).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
  })
})
