import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, LossException, mse, pixels, ssim } from '../../../src/index.js'
import { formatValue, shortened } from '../../../src/core/errors/formatValue.js'

const model = () => tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 3 })] })
const cyclic: Record<string, unknown> = {}
cyclic['self'] = [cyclic]

describe('formatValue names a value briefly', () => {
  it.each<readonly [string, () => unknown, string]>([
    ['undefined', () => undefined, 'undefined'],
    ['NaN', () => Number.NaN, 'NaN'],
    ['a short string', () => '2', '"2"'],
    ['a long string', () => 'x'.repeat(2_000_000), 'a string of 2,000,000 characters that begins "xxxxxxxxxxxxxxxxxxxx"'],
    ['plain data', () => ({ a: [1, 'b', null] }), '{"a":[1,"b",null]}'],
    ['a long array', () => Array.from({ length: 1_000_000 }, () => 0.5), 'an array of 1,000,000 elements that begins [0.5,0.5,0.5,0.5,0.5,0.5,0....'],
    ['a Float32Array', () => new Float32Array(1080 * 1920 * 3), 'a Float32Array of 6,220,800 numbers'],
    ['a Buffer', () => Buffer.alloc(100), 'a Buffer of 100 bytes'],
    ['an ArrayBuffer', () => new ArrayBuffer(8), 'an ArrayBuffer of 8 bytes'],
    ['ImageData', () => ({ data: new Uint8ClampedArray(8), width: 2, height: 1 }), 'an ImageData of 2 x 1 pixels'],
    ['a promise', () => Promise.resolve(1), 'a Promise'],
    ['a tensor', () => tf.zeros([1, 2, 2, 3]), 'a float32 tensor [1, 2, 2, 3]'],
    ['a symbolic tensor', () => model().inputs[0], 'a symbolic tensor of a model'],
    ['a model', model, 'a tf.LayersModel'],
    ['a loss', () => mse(pixels), 'a loss'],
    ['a metric', () => ssim, 'the function ssim'],
    ['a function', () => () => 1, 'a function'],
    ['a map', () => new Map([[1, 2]]), 'a Map'],
    ['a cyclic object', () => cyclic, '{"self":[{"self":[{"self":[{"self":[{"self":[{"self":[{"s...'],
  ])('%s', (_name, make, expected) => {
    expect(formatValue(make())).toBe(expected)
  })

  it('is short, and never throws, whatever the value is', () => {
    const broken = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
        has: () => {
          throw new Error('no')
        },
      },
    )
    expect(formatValue(broken)).toBe('an object that cannot be read')
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true, withDate: true, withMap: true }),
        (value) => formatValue(value).length <= 120,
      ),
    )
  })
})

it('shortens text in its middle, and keeps the end, which says how to fix it', () => {
  const text = `received ${'x'.repeat(5000)}; expected y. Do z.`
  expect(shortened(text, 1000)).toHaveLength(1000)
  expect(shortened(text, 1000)).toMatch(/^received x+ \[\.\.\.\] x+; expected y\. Do z\.$/)
  expect(shortened('short', 1000)).toBe('short')
})

it('no message is longer than 1,000 characters', () => {
  const long = 'k'.repeat(2_000_000)
  const error = { _tag: 'MissingReference', name: long, given: Array.from({ length: 10_000 }, (_, i) => `${String(i)}${long.slice(0, 50)}`) } as const
  expect(describeError(error).length).toBeLessThanOrEqual(1000)
  expect(new LossException(error).message.length).toBeLessThanOrEqual(1000)
  expect(() => ssim(pixels, { [long]: 1 } as never)).toThrow(/^ssim: wrong option k{57}\.\.\.: unknown option, expected one of .{10,300}$/)
})
