/** The report of many pairs: the laws it states, the peers' numbers, and what it reads. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { describeError, type LossError } from '../../src/index.js'
import {
  tryDecodeReport,
  tryDecodeResult,
  encodeReport,
  reportEq,
  reportMonoid,
  reportOf,
  statistics,
  type PairResult,
  type Report,
} from '../../src/reports/index.js'

const { concat, empty } = reportMonoid
const all = (results: readonly PairResult[]): Report => results.map(reportOf).reduce(concat, empty)
const textOf = (report: Report): string => JSON.stringify(encodeReport(report))

const score = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, -0, 1))
const id = fc.oneof(fc.constantFrom('a', 'b', '10', '9'), fc.string())
const result: fc.Arbitrary<PairResult> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id, reference: id, picture: id, height: fc.nat(), width: fc.nat(), scores: fc.record({ lpips: score, 'ms-ssim': fc.option(score), ours: score }, { requiredKeys: ['lpips'], noNullPrototype: true }) }, { noNullPrototype: true }) }, // prettier-ignore
  fc.record({ id, error: fc.record({ tag: fc.constantFrom('ImageUnreadable', 'UnequalSizes'), message: fc.string() }, { noNullPrototype: true }) }, { noNullPrototype: true }), // prettier-ignore
)
const results = fc.array(result, { maxLength: 40 })
const report = results.map(all)

const golden = JSON.parse(readFileSync(new URL('../goldens/reports.json', import.meta.url), 'utf8')) as Record<
  string,
  { readonly values: readonly number[]; readonly mean: number; readonly variance: number }
>
const scored = (values: readonly number[]): Report =>
  all(values.map((value, i) => ({ id: String(i), reference: 'a', picture: 'b', height: 1, width: 1, scores: { x: value } })))

describe('reports are a commutative monoid, to the bit', () => {
  it('associative', () => {
    fc.assert(fc.property(report, report, report, (a, b, c) => textOf(concat(concat(a, b), c)) === textOf(concat(a, concat(b, c)))))
  })
  it('commutative', () => {
    fc.assert(fc.property(report, report, (a, b) => reportEq.equals(concat(a, b), concat(b, a))))
  })
  it('with the empty report as identity', () => {
    fc.assert(fc.property(report, (a) => reportEq.equals(concat(a, empty), a) && reportEq.equals(concat(empty, a), a)))
  })
  it('so that it does not matter how pairs are dealt out, and in which order the parts come back', () => {
    const dealt = results.chain((whole) =>
      fc.record({ whole: fc.constant(whole), hands: fc.array(fc.nat(4), { minLength: whole.length, maxLength: whole.length }), seed: fc.nat() }),
    )
    fc.assert(
      fc.property(dealt, ({ whole, hands, seed }) => {
        const parts = [0, 1, 2, 3, 4].map((hand) => all(whole.filter((_, i) => hands[i] === hand)))
        const order = [0, 1, 2, 3, 4].map((i) => parts[(i * (1 + (seed % 4)) + seed) % 5]!)
        return textOf(order.reduce(concat, empty)) === textOf(all(whole))
      }),
    )
  })
})

describe('the numbers', () => {
  it.each(Object.keys(golden))("of %s are those of Python's fractions, rounded once", (name) => {
    const { values, mean, variance } = golden[name]!
    expect(statistics(scored(values).scores['x']!)).toEqual({ mean, variance, min: Math.min(...values), max: Math.max(...values) })
  })

  it('count, and name both ends and what failed', () => {
    const whole = concat(scored([3, 1, 2]), all(['q', 'p'].map((name) => ({ id: name, error: { tag: 'ImageUnreadable', message: '' } }))))
    expect(whole).toMatchObject({ measured: 3, failures: { ImageUnreadable: { count: 2, ids: ['p', 'q'] } } })
    expect(whole.scores['x']).toMatchObject({ count: 3, lowest: [{ id: '1' }, { id: '2' }, { id: '0' }], highest: [{ id: '0' }, { id: '2' }, { id: '1' }] })
  })

  it('keep ten at each end, of however many', () => {
    const { lowest, highest } = scored(Array.from({ length: 100 }, (_, i) => (i * 37) % 100)).scores['x']!
    expect(lowest.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(highest.map(({ value }) => value)).toEqual([99, 98, 97, 96, 95, 94, 93, 92, 91, 90])
  })

  it('leave out what a pair was too small for', () => {
    const small = reportOf({ id: 'a', reference: 'a', picture: 'b', height: 8, width: 8, scores: { psnr: 20, 'ms-ssim': null } })
    expect([small.measured, Object.keys(small.scores)]).toEqual([1, ['psnr']])
  })
})

const sentence = (read: E.Either<LossError, unknown>): string => (E.isLeft(read) ? describeError(read.left) : 'read')

describe('as JSON', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(report, (a) => {
        const read = tryDecodeReport(JSON.parse(textOf(a)))
        return E.isRight(read) && textOf(read.right) === textOf(a)
      }),
    )
  })

  const half = { count: 1, mean: 0.5, variance: 0, sum: '1p-1', squares: '1p-2', lowest: [], highest: [] }
  it.each([
    [null, /^The report: received null, expected /],
    [{ version: 2, measured: 1, failures: {}, scores: {} }, /^The report\.version: received 2, expected 1\./],
    [{ version: 1, measured: -1, failures: {}, scores: {} }, /^The report\.measured: received -1, expected a whole number, 0 or more\./],
    [{ version: 1, measured: 1, failures: {}, scores: { x: { ...half, sum: 'half' } } }, /^The report\.scores\.x\.sum: received "half", expected an exact number such as '3p-1'\./], // prettier-ignore
    [{ version: 1, measured: 1, failures: {}, scores: { x: { ...half, sum: '1p9999' } } }, /\.sum: received "1p9999"/],
    [
      { version: 1, measured: 1, failures: {}, scores: { x: { ...half, sum: `${'9'.repeat(5000)}p0` } } },
      /\.sum: received a string of 5,002 characters that begins "9{20}", /,
    ],
  ])('says what is none: %#', (json, line) => {
    expect(sentence(tryDecodeReport(json))).toMatch(line)
  })

  it.each([
    [{ id: 'a', scores: {} }, /^The result\.\w+: received nothing, expected /],
    [{ id: 'a', reference: 'a', picture: 'b', height: 1, width: 1, scores: { x: 'much' } }, /^The result\.scores\.x.*: received "much"/],
    [{ id: 'a', error: 'none' }, /^The result\.error: received "none"/],
  ])('says what is no result: %j', (json, line) => {
    expect(sentence(tryDecodeResult(json))).toMatch(line)
  })
})
