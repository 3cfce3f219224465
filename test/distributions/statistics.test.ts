/** Statistics of features: the laws they state, exact sums, what they refuse, and their JSON. */
import fc from 'fast-check'
import { either as E, function as F } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { describeError } from '../../src/index.js'
import {
  decodeStatistics,
  encodeStatistics,
  statisticsEq,
  statisticsMonoid,
  statisticsOf,
  tryDecodeStatistics,
  type FeatureStatistics,
} from '../../src/distributions/index.js'
import { momentsOf } from '../../src/distributions/meanAndCovariance.js'
import { activations, statisticsFor } from './activations.js'

const { concat, empty } = statisticsMonoid
const all = (parts: readonly FeatureStatistics[]): FeatureStatistics => parts.reduce(concat, empty)

const number = fc.oneof(
  fc.float({ noNaN: true, min: -1000, max: 1000 }),
  fc.float({ noNaN: true, min: -1, max: 1 }),
  fc.constantFrom(0, -0, 2 ** 20, 2 ** -24, 0.1),
)
const row = fc.tuple(fc.oneof(fc.constantFrom('a', 'b'), fc.string()), fc.array(number, { minLength: 3, maxLength: 3 }))
const rows = fc.array(row, { maxLength: 12 })
const made = (given: readonly (readonly [string, readonly number[]])[], sample = 4): FeatureStatistics =>
  statisticsOf(
    given.map(([, values]) => values),
    given.map(([name]) => name),
    { of: 'made up', sample },
  )
const statistics = rows.map((given) => made(given))

describe('statistics are a commutative monoid, to the bit', () => {
  it('associative', () => {
    fc.assert(fc.property(statistics, statistics, statistics, (a, b, c) => statisticsEq.equals(concat(concat(a, b), c), concat(a, concat(b, c)))))
  })
  it('commutative', () => {
    fc.assert(fc.property(statistics, statistics, (a, b) => statisticsEq.equals(concat(a, b), concat(b, a))))
  })
  it('with the empty statistics as identity', () => {
    fc.assert(fc.property(statistics, (a) => statisticsEq.equals(concat(a, empty), a) && statisticsEq.equals(concat(empty, a), a)))
  })
  it('so that it does not matter how pictures are dealt out, and in which order', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (given, hands) => {
        const parts = [2, 0, 3, 1].map((hand) => made(given.filter((_, i) => hands[i] === hand)))
        return statisticsEq.equals(all(parts), made(given)) && statisticsEq.equals(made(given.toReversed()), made(given))
      }),
    )
  })
  it('also for more rows than are multiplied at once', () => {
    const features = activations([1, 200, 5, 0])
    const names = features.map((_, i) => String(i))
    const whole = statisticsOf(features, names, { of: 'made up' })
    expect(statisticsEq.equals(all(features.map((feature, i) => statisticsOf([feature], [names[i]!], { of: 'made up' }))), whole)).toBe(true)
  })
})

/** A sum of a multiple of 2^-48, as a BigInt. */
const exact = (whole: number, fraction: number): bigint => BigInt(whole) * 2n ** 48n + BigInt(fraction * 2 ** 48)

it('the sums are exact, of numbers rounded to multiples of 2^-24', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const { dimension, sum, products } = made(given)
      const rounded = given.map(([, values]) => values.map((x) => BigInt(Math.round(Math.fround(x) * 2 ** 24))))
      let at = 0
      for (let i = 0; i < dimension; i++) {
        expect(exact(sum.whole[i]!, sum.fraction[i]!)).toBe(rounded.reduce((total, r) => total + r[i]!, 0n) << 24n)
        for (let j = i; j < dimension; j++, at++)
          expect(exact(products.whole[at]!, products.fraction[at]!)).toBe(rounded.reduce((total, r) => total + r[i]! * r[j]!, 0n))
      }
    }),
  )
})

it('mean and covariance are those of the features', () => {
  const features = activations([2, 50, 3, 0.2])
  const { mean, covariance } = momentsOf(statisticsFor([2, 50, 3, 0.2]), 'them')
  const column = (j: number) => features.map((feature) => feature[j]!)
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  for (const i of [0, 1, 2]) {
    expect(mean[i]).toBeCloseTo(average(column(i)), 7)
    for (const j of [0, 1, 2]) {
      const [a, b] = [average(column(i)), average(column(j))]
      expect(covariance.values[3 * i + j]).toBeCloseTo((average(features.map((f) => (f[i]! - a) * (f[j]! - b))) * 50) / 49, 7)
    }
  }
})

it('the sample is bounded, and has those features whose names have the smallest hashes', () => {
  const features = activations([3, 300, 2, 0])
  const names = features.map((_, i) => `picture ${String(i)}`)
  const { sample } = statisticsOf(features, names, { of: 'made up', sample: 10 })
  const whole = statisticsOf(features, names, { of: 'made up', sample: 300 }).sample
  expect(sample.features).toHaveLength(10)
  expect(sample.features.map(({ key }) => key)).toEqual(whole.features.slice(0, 10).map(({ key }) => key))
  expect(new Set(sample.features.map(({ values }) => values.join())).size).toBe(10)
  // The first 16 digits of `printf a | sha256sum`.
  expect(made([['a', [1, 2, 3]]]).sample.features[0]?.key).toBe('ca978112ca1bbdca')
})

describe('what is refused', () => {
  const of = 'made up'
  it.each([
    ['NaN', () => statisticsOf([[1, NaN]], ['a.png'], { of }), /a\.png/],
    ['infinity', () => statisticsOf([[1, 1e300]], ['a.png'], { of }), /a\.png/],
    [
      'too large numbers',
      () => statisticsOf([[2 ** 21]], ['a.png'], { of }),
      /The feature of a\.png: received the number 2097152, expected numbers of at most 1,048,576 in size/,
    ],
    ['different lengths', () => statisticsOf([[1], [1, 2]], ['a', 'b'], { of }), /received lists of 1 and of 2 numbers, expected features of one length/],
    ['too few names', () => statisticsOf([[1], [2]], ['a'], { of }), /received 1 names for 2 features, expected one name for each feature/],
    ['no numbers', () => statisticsOf([[]], ['a'], { of }), /received features of 0 numbers, expected 1 to 4,096/],
    [
      'too many dimensions',
      () => statisticsOf([new Float32Array(5000)], ['a'], { of }),
      /received features of 5,000 numbers, expected 1 to 4,096: average them/,
    ],
    ['too many pictures of large numbers', () => all(Array(2100).fill(statisticsOf([[2 ** 20]], ['a'], { of }))), /a sum of squares above 2\^51/],
    ['another network', () => concat(statisticsFor([1, 2, 3, 0]), { ...statisticsFor([1, 2, 3, 0]), of: 'alexnet' }), /'made up' and 'alexnet'/],
    ['another dimension', () => concat(statisticsFor([1, 2, 3, 0]), statisticsFor([1, 2, 4, 0])), /features of 3 and of 4 numbers/],
  ])('%s', (_name, call, message) => {
    expect(call).toThrow(message)
  })
})

describe('the JSON of statistics', () => {
  it('is read as what was written, to the bit', () => {
    fc.assert(fc.property(statistics, (a) => statisticsEq.equals(decodeStatistics(JSON.parse(JSON.stringify(encodeStatistics(a)))), a)))
  })

  const good = encodeStatistics(statisticsFor([1, 3, 2, 0]))
  const message = (json: unknown): string =>
    F.pipe(
      tryDecodeStatistics(json),
      E.match(describeError, () => 'read'),
    )
  it.each([
    ['no object', 5, 'The statistics: received 5, expected the JSON of encodeStatistics.'],
    ['another version', { ...good, version: 2 }, 'The statistics.version: received 2, expected 1.'],
    ['no name', { ...good, of: undefined }, 'The statistics.of: received nothing, expected text.'],
    ['a broken count', { ...good, count: -1 }, 'The statistics.count: received -1, expected a whole number, 0 or more.'],
    ['a huge dimension', { ...good, dimension: 1e6 }, /The statistics\.dimension: received 1000000, expected a whole number from 1 to 4096/],
    ['missing sums', { ...good, sum: undefined }, 'The statistics.sum: received nothing, expected an object with whole and fraction.'],
    ['short sums', { ...good, products: { ...good.products, whole: 'AAAA' } }, 'The statistics.products.whole: received "AAAA", expected base64 of 24 bytes.'],
    ['sums that are no base64', { ...good, sum: { ...good.sum, whole: '!!' } }, 'The statistics.sum.whole: received "!!", expected base64 of 16 bytes.'],
    [
      'a fraction above 1',
      {
        ...good,
        sum: { ...good.sum, fraction: good.products.whole.slice(0, 0) + btoa(String.fromCharCode(...new Uint8Array(new Float64Array([2, 0]).buffer))) },
      },
      /expected whole numbers, and multiples of 2\^-48/,
    ],
    ['missing keys', { ...good, sample: { ...good.sample, keys: good.sample.keys.slice(1) } }, /sample\.keys: .*expected 3 hashes of 16 hexadecimal digits/],
    ['a broken limit', { ...good, sample: { ...good.sample, limit: 1e9 } }, /sample\.limit: received 1000000000, expected a whole number from 0 to 5,000/],
    [
      'NaN in the sample',
      { ...good, sample: { ...good.sample, values: btoa(String.fromCharCode(...new Uint8Array(new Float32Array(6).fill(NaN).buffer))) } },
      /sample\.values: received "NaN"|sample\.values: received NaN, expected finite numbers/,
    ],
  ])('with %s is refused', (_name, json, expected) => {
    const said = message(json)
    if (typeof expected === 'string') expect(said).toBe(expected)
    else expect(said).toMatch(expected)
  })
})
