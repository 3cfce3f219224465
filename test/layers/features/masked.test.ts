/**
 * Features seen through masks and regions.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { function as F } from 'fp-ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  against,
  compile,
  tryDecode,
  encode,
  featureAt,
  gram,
  laws,
  lossEq,
  mae,
  masked,
  mse,
  pixels,
  show,
  sum,
  totalVariation,
  type CompiledLoss,
  type Loss,
} from '../../../src/index.js'
import { coverage, interval } from '../../../src/layers/features/area.js'
import { noise, plain } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, take, takeNumber } from '../../support/tensors.js'

const shape = [2, 6, 8, 3] as const
const [a, b] = [noise(71, shape), noise(72, shape)]
const face = tf.tidy(() => tf.slice(noise(73, [1, 6, 8, 3]), [0, 0, 0, 0], [1, 6, 8, 1]))
const TOP_HALF = { top: 0, left: 0, height: 0.5, width: 1 }

describe('masked by a name', () => {
  const f = compile(mse(masked(pixels, 'face')))

  it('is the feature times the mask; the mean stays over all positions', () => {
    const expected = takeNumber(tf.tidy(() => tf.mean(tf.square(tf.mul(tf.sub(a, b), face)))))
    expect(takeNumber(f({ target: a, face }, b))).toBeCloseTo(expected, 6)
    const each = tf.tile(face, [2, 1, 1, 1])
    expect(takeNumber(f({ target: a, face: each }, b))).toBeCloseTo(expected, 6)
    each.dispose()
  })

  it('of ones changes nothing, of zeros gives 0 with a finite gradient', () => {
    expect(takeNumber(f({ target: a, face: tf.ones([1, 6, 8, 1]) }, b))).toBe(takeNumber(compile(mse(pixels))(a, b)))
    expect(takeNumber(f({ target: a, face: tf.zeros([1, 6, 8, 1]) }, b))).toBe(0)
    expect(Math.max(...gradientOf((x) => f({ target: a, face: tf.zeros([1, 6, 8, 1]) }, x), b).map(Math.abs))).toBe(0)
  })

  it('prepared gives the same, its heat too, and leaves no tensor', () => {
    const count = leaked(() => {
      const prepared = f.prepare({ target: a, face })
      expect(takeNumber(prepared(b))).toBe(takeNumber(f({ target: a, face }, b)))
      expect(take(prepared.heatmap(b))).toEqual(take(f.heatmap({ target: a, face }, b)))
      prepared.dispose()
    })
    expect(count).toBe(0)
  })

  it('lies over each reference, and over regularizers and Grams', () => {
    const loss = sum(against('style', mae(gram(masked(pixels, 'face')))), totalVariation(masked(pixels, 'face')))
    const value = takeNumber(compile(loss)({ style: a, face }, b))
    const [x, y] = [tf.mul<Tensor4D>(a, face), tf.mul<Tensor4D>(b, face)]
    expect(value).toBeCloseTo(takeNumber(compile(sum(mae(gram(pixels)), totalVariation(pixels)))(x, y)), 6)
    tf.dispose([x, y])
  })

  it('is resampled to a layer’s size: a position has the mean of what it covers', async () => {
    const g = compile(mae(masked(featureAt('block2_conv1'), 'face')), await sharedVgg16())
    const plainly = compile(mae(featureAt('block2_conv1')), await sharedVgg16())
    // Means of 2 x 2: one half everywhere.
    const checks = tf.tidy(() => tf.reshape(tf.tensor1d(Array.from({ length: 48 }, (_, i) => (i + Math.floor(i / 8)) % 2)), [1, 6, 8, 1]))
    expect(takeNumber(g({ target: a, face: checks }, b))).toBeCloseTo(takeNumber(plainly(a, b)) / 2, 5)
    expect(plainly.needs.masks).toEqual([])
    expect(g.needs.masks).toEqual(['face'])
  })
})

describe('masked by a region', () => {
  it('covers only the rectangle, with positions at its edge in part', () => {
    const inTop = takeNumber(
      tf.tidy(() =>
        tf.mean(
          tf.pad(tf.square(tf.slice(tf.sub(a, b), [0, 0, 0, 0], [2, 3, 8, 3])), [
            [0, 0],
            [0, 3],
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    )
    expect(takeNumber(compile(mse(masked(pixels, { region: TOP_HALF })))(a, b))).toBeCloseTo(inTop, 6)
    // Half of the third of four columns.
    expect(Array.from(interval(0, 0.625, 4))).toEqual([1, 1, 0.5, 0])
    const ones = plain(1, [1, 4, 4, 3])
    const part = compile(mae(masked(pixels, { region: { top: 0.25, left: 0, height: 0.25, width: 0.625 } })))
    expect(takeNumber(part(ones, plain(0, [1, 4, 4, 3])))).toBeCloseTo(2.5 / 16, 6)
  })

  it('and a mask let through what both do', () => {
    const both = compile(mse(masked(pixels, { mask: 'face', region: TOP_HALF })))
    const twice = compile(mse(masked(masked(pixels, 'face'), { region: TOP_HALF })))
    expect(takeNumber(both({ target: a, face }, b))).toBeCloseTo(takeNumber(twice({ target: a, face }, b)), 6)
  })
})

describe('area resampling', () => {
  it('has rows that add up to 1, and keeps the mean', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (from, to) => {
        const { values } = coverage(from, to)
        const rows = Array.from({ length: to }, (_, i) => values.slice(i * from, (i + 1) * from).reduce((s, v) => s + v, 0))
        const columns = Array.from({ length: from }, (_, j) => rows.reduce((s, _row, i) => s + (values[i * from + j] ?? 0), 0))
        return rows.every((v) => Math.abs(v - 1) < 1e-5) && columns.every((v) => Math.abs((v * from) / to - 1) < 1e-5)
      }),
    ))
})

describe('masked as a value', () => {
  const loss = sum(mse(masked(pixels, 'face')), mae(masked(featureAt('block1_conv1'), { region: TOP_HALF })))

  it('is printed, compared and saved', () => {
    expect(show(loss)).toBe(
      "sum(mse(masked(pixels, { mask: 'face' })), mae(masked(featureAt('block1_conv1'), { region: { top: 0, left: 0, height: 0.5, width: 1 } })))",
    )
    expect(lossEq.equals(mse(masked(pixels, 'face')), mse(masked(pixels, { mask: 'face' })))).toBe(true)
    expect(lossEq.equals(mse(masked(pixels, 'face')), mse(masked(pixels, 'hair')))).toBe(false)
    const read = tryDecode(encode(loss))
    expect(read._tag === 'Right' && lossEq.equals(read.right, loss)).toBe(true)
    expect(laws(mse(masked(pixels, 'face')))).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, smooth: true })
  })

  it('makes its name a reference that must be given, by type', () => {
    expectTypeOf(mse(masked(pixels, 'face'))).toExtend<Loss<never, 'target' | 'face'>>()
    const piped = F.pipe(pixels, masked.with('face'), mse)
    expectTypeOf(piped).toExtend<Loss<never, 'target' | 'face'>>()
    const typesOnly = (program: (f: CompiledLoss<'target' | 'face'>, x: Tensor) => unknown): boolean => typeof program === 'function'
    typesOnly((f, x) => f({ target: x, face: x }, x))
    // @ts-expect-error the mask is missing
    typesOnly((f, x) => f({ target: x }, x))
    // @ts-expect-error the mask is missing
    typesOnly((f, x) => f(x, x))
  })
})

describe('errors say what was received and what was expected', () => {
  const f = compile(mse(masked(pixels, 'face'))) as CompiledLoss<string>
  it.each<readonly [string, () => unknown, RegExp]>([
    ['a missing mask', () => f({ target: a }, b), /needs the mask 'face', but received target.*f\({ target, face }, prediction\)/],
    ['a missing mask, the target alone', () => f.prepare(a), /needs the mask 'face'/],
    [
      'a mask of three channels',
      () => f({ target: a, face: a }, b),
      /'face': received a float32 tensor \[2, 6, 8, 3\], expected.*\[batch or 1, height, width, 1\]/,
    ],
    [
      'a mask of another size',
      () => f({ target: a, face: tf.ones([1, 3, 4, 1]) }, b),
      /'face': received \[1, 3, 4, 1\], expected \[1, 6, 8, 1\] or \[2, 6, 8, 1\]/,
    ],
    ['a mask of another batch', () => f({ target: a, face: tf.ones([3, 6, 8, 1]) }, b), /'face': received \[3, 6, 8, 1\]/],
    ['a mask of integers', () => f({ target: a, face: tf.ones([1, 6, 8, 1], 'int32') }, b), /'face': received a int32 tensor/],
    [
      'values outside, when checked',
      () => compile(mse(masked(pixels, 'face')), { checked: true })({ target: a, face: tf.fill([1, 6, 8, 1], 255) }, b),
      /'face': received values such as 255, expected values from 0 to 1/,
    ],
    ['no name', () => masked(pixels, ''), /The mask of masked: received ""/],
    ['no mask at all', () => masked(pixels, undefined as never), /The mask of masked: received undefined/],
    ['a region beyond the picture', () => masked(pixels, { region: { ...TOP_HALF, top: 0.6 } }), /region.*a rectangle within the picture/],
    ['an empty region', () => masked(pixels, { region: { ...TOP_HALF, height: 0 } }), /region/],
    ['a Gram', () => compile(mse(masked(gram(pixels), { region: TOP_HALF })))(a, b), /masked.*height and width/],
  ])('%s', (_name, run, message) => {
    expect(run).toThrow(message)
  })
})
