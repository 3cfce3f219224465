/** Small inputs that ask for much, numbers that float32 cannot hold, and names that every object has: refused by name before any work, or handled. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import {
  against,
  charbonnier,
  compile,
  contextual,
  tryDecodeText,
  defineMetric,
  diffLosses,
  describeError,
  encode,
  explain,
  focalFrequency,
  gmsd,
  laplacianPyramid,
  laws,
  mapWeights,
  mae,
  masked,
  mse,
  named,
  pixels,
  resized,
  slicedWasserstein,
  ssim,
  sum,
  weighted,
  type Feature,
  type Loss,
} from '../../../src/index.js'
import { tryToKeras, tryToTorch } from '../../../src/python/index.js'
import { tryDecodeReport, encodeReport, reportMonoid, reportOf } from '../../../src/reports/index.js'
import { printable } from '../../../src/cli/printable.js'
import { printer } from '../../../src/cli/compare/printScores.js'

const nested = (times: number): Feature => Array.from({ length: times }).reduce<Feature>((feature) => resized(feature, { scale: 16 }), pixels)

describe('sizes are rejected before any work', () => {
  it.each([3, 60])('%i nested resized of 16', (times) => {
    const x = tf.zeros([1, 16, 16, 3])
    // Two make 4,096 x 4,096; the third would make 65,536 x 65,536 x 3 numbers.
    expect(() => compile(mse(nested(times)))(x, x)).toThrow(/resized.*\[1, 65536, 65536, 3\]|resized.*65536 x 65536/)
    x.dispose()
  })

  it('options that multiply work have a bound', () => {
    expect(() => slicedWasserstein(pixels, { directions: 4097 })).toThrow(/directions: received 4097, expected a whole number from 1 to 4096/)
    expect(() => ssim(pixels, { window: 256 })).toThrow(/from 1 to 255/)
    expect(() => focalFrequency(pixels, { patchFactor: 65 })).toThrow(/from 1 to 64/)
    expect(() => laplacianPyramid({ levels: 17 })).toThrow(/from 1 to 16/)
  })
})

describe('numbers', () => {
  it.each([5e-324, 1e-320, 1e308])('option %s is rejected', (value) => {
    for (const make of [
      () => charbonnier(pixels, { epsilon: value }),
      () => gmsd(pixels, { T: value }),
      () => contextual(pixels, { bandwidth: value }),
      () => focalFrequency(pixels, { alpha: value }),
    ])
      expect(make).toThrow(/expected a number from/)
  })

  it('laws never give NaN', () => {
    const odd = defineMetric({
      id: 'odd',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: () => [Number.NaN, Number.NaN] as const, smooth: true }),
      apply: mse.definition.apply({}) as never,
    })
    for (const loss of [odd(pixels), sum(weighted(3e38, mse(pixels)), weighted(3e38, mse(pixels)), weighted(-3e38, mae(pixels)))])
      expect(laws(loss).range.some(Number.isNaN)).toBe(false)
  })
})

describe('encode', () => {
  it('rejects losses that decode would reject', () => {
    expect(() => encode(sum(...Array.from({ length: 10_000 }, () => mse(pixels))))).toThrow(/more than 20000 values/)
    const deep = Array.from({ length: 50_000 }).reduce<ReturnType<typeof named>>((loss) => named('a', loss), named('a', mse(pixels)))
    expect(() => encode(deep)).toThrow(/128 levels/)
    const twin = (): ReturnType<typeof mse> =>
      defineMetric({
        id: 'twin',
        laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }),
        apply: mse.definition.apply({}) as never,
      })(pixels)
    expect(() => encode(sum(twin(), twin()))).toThrow(/Two definitions have the id 'twin'/)
    const ours = defineMetric({
      id: 'mse',
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }),
      apply: mse.definition.apply({}) as never,
    })
    expect(() => encode(ours(pixels))).toThrow(/Two definitions have the id 'mse'/)
  })

  it('options that JSON does not keep are rejected when they are given', () => {
    const loose = defineMetric({
      id: 'loose',
      options: t.strict({ value: t.number }),
      defaults: { value: 1 },
      laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }),
      apply: () => mse.definition.apply({}) as never,
    })
    expect(() => loose(pixels, { value: Infinity })).toThrow(/plain JSON data/)
    expect(() => loose(pixels, { value: Number.NaN })).toThrow(/plain JSON data/)
  })
})

describe('a large sum takes work in proportion to its terms', () => {
  // What is counted: how often the key of a transform is read. Compared pair by pair, 4 times the terms would be 16 times the reads.
  const reads = (terms: number, work: (loss: Loss<never, 'target'>) => void): number => {
    let count = 0
    const counted = (value: object, key: string): object => new Proxy(value, { get: (of, name) => (name === key && count++, Reflect.get(of, name) as unknown) })
    const leaf = mse(resized(pixels, { scale: 0.5 }))
    const parts = Array.from({ length: terms }, (_, i) => {
      const feature = resized(pixels, { scale: 1 + i / 1e4 })
      return { ...leaf, feature: { ...feature, by: counted(feature.by, 'key') } } as unknown as typeof leaf
    })
    work(sum(...parts))
    return count
  }
  const doubled = mapWeights((weight) => 2 * weight)

  it.each<readonly [string, (loss: Loss<never, 'target'>) => unknown]>([
    ['compile', (loss) => compile(loss)],
    ['diff', (loss) => diffLosses(loss, doubled(loss))],
  ])('%s', (_, work) => {
    expect(reads(400, work) / reads(100, work)).toBeLessThan(5)
  })

  it('a gradient: kernels', async () => {
    const x = tf.zeros([1, 4, 4, 3])
    const kernels = async (terms: number): Promise<number> => {
      const f = compile(sum(...Array.from({ length: terms }, (_, i) => charbonnier(pixels, { epsilon: 1e-3 + i / 1e5 }))))
      const { result, kernelNames, kernels } = await tf.profile(() => tf.grad((y) => f(x, y))(x))
      tf.dispose(result)
      expect(kernelNames.length).toBeGreaterThan(0)
      return kernels.length
    }
    expect((await kernels(200)) / (await kernels(50))).toBeLessThan(4.1)
    x.dispose()
  })

  it('explain measures memory kernel by kernel', async () => {
    const terms = Array.from({ length: 20 }, (_, i) => charbonnier(pixels, { epsilon: 1e-3 + i / 1e5 }))
    const { memory } = await explain(sum(...terms), { shape: [1, 16, 16, 3] })
    // A step holds each term's differences at least: 20 terms of 16 x 16 x 3 float32.
    expect(memory.prepared).toBeGreaterThan(20 * 16 * 16 * 3 * 4)
  })
})

const NAMES = ['__proto__', 'constructor', 'toString']

describe('names that every object has', () => {
  it.each(NAMES)('%s as a reference and as a mask', (name) => {
    const [x, y, ones] = [tf.zeros([1, 2, 2, 3]), tf.ones([1, 2, 2, 3]), tf.ones([1, 2, 2, 1])]
    const given = (value: tf.Tensor): never => Object.fromEntries([['target', x], [name, value]]) as never // prettier-ignore
    const f = compile(against(name, mse(pixels)))
    expect(f(given(x), y).dataSync()[0]).toBe(1)
    expect(() => f({} as never, y)).toThrow(/but received /)
    expect(compile(mse(masked(pixels, name)))(given(ones), y).dataSync()[0]).toBe(1)
    expect(() => compile(mse(masked(pixels, name)))({ target: x } as never, y)).toThrow(/but received /)
  })

  it.each(NAMES)('%s as a score and as a tag of a failure', (name) => {
    const failed = reportOf({ id: 'a', error: { tag: name, message: 'x' } })
    const measured = reportOf({ id: 'b', reference: 'r', picture: 'p', height: 1, width: 1, scores: Object.fromEntries([[name, 2]]) })
    const whole = [failed, measured, failed].reduce(reportMonoid.concat, reportMonoid.empty)
    const again = tryDecodeReport(JSON.parse(JSON.stringify(encodeReport(whole))))
    if (E.isLeft(again)) throw new Error(describeError(again.left))
    expect(Object.entries(again.right.failures)).toEqual([[name, { count: 2, ids: ['a', 'a'] }]])
    expect(Object.entries(again.right.scores).map(([key, { count }]) => [key, count])).toEqual([[name, 1]])
  })
})

describe.each([
  ['toTorch', tryToTorch],
  ['toKeras', tryToKeras],
] as const)('%s', (_, write) => {
  it('gives each reference its own valid Python parameter', () => {
    const names = ['class', '1st', 'prediction', 'torch', 'keras', 'a-b', 'a_b', 'a_b_seen', 'mse', 'per_sample', '__debug__', 'None', '"""\\']
    const text = write(sum(...names.map((name) => against(name, mse(pixels)))) as never)
    const module = E.isRight(text) ? text.right : ''
    const parameters = /def per_sample\(target, prediction, \*, (.*)\):/.exec(module)?.[1]?.split(', ') ?? []
    expect(parameters).toEqual([
      'class_',
      '_1st',
      'prediction_',
      'torch_',
      'keras_',
      'a_b',
      'a_b_',
      'a_b_seen',
      'mse_',
      'per_sample_',
      '__debug___',
      'none',
      '____',
    ])
    expect(module).toContain('The reference "1st" is the parameter _1st.')
  })
})

describe('output', () => {
  it('escapes control characters', () => {
    expect(printable('a\u001b[2Jb\n\t\u009b\u202ec')).toBe('a\\u001b[2Jb\\n\\t\\u009b\\u202ec')
  })

  it('escapes formulas in CSV, and leaves numbers as they are', () => {
    const lines: string[] = []
    const loss = { name: 'mse', title: 'MSE', loss: mse(pixels), similarity: false, report: (x: number) => x }
    const { result } = printer('csv', [loss], {
      out: (line) => lines.push(line),
      err: () => undefined,
      taken: () => Promise.resolve(),
      colours: false,
      terminal: undefined,
    })
    result({ reference: '=HYPERLINK("x")', picture: '@a\u001b.png', height: 1, width: 1, scores: { mse: -0.5 }, surprises: [], past: [] })
    expect(lines[1]).toBe(`"'=HYPERLINK(""x"")","'@a\\u001b.png",-0.5,`)
  })
})

describe('documents', () => {
  it.each([
    ['{"version":1,"loss":{"metric":"slicedWasserstein","feature":"pixels","options":{"directions":9007199254740991}}}', /directions/],
    ['{"version":1,"loss":{"weight":1e308,"loss":{"metric":"mse","feature":"pixels"}}}', /float32/],
  ])('%s is refused', (text, words) => {
    const decoded = tryDecodeText(text)
    expect(E.isLeft(decoded) ? describeError(decoded.left) : 'a Right').toMatch(words)
  })
})
