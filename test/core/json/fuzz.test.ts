/**
 * Hostile documents: 100,000 of them decode to a Left or to a loss, never to an exception, and the worst cost milliseconds.
 *
 * They are broken copies of real documents and noise, from a seeded generator (fast-check's own would take a minute).
 */
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { tryDecode, tryDecodeText, encode, lossEq, type Loss, type LossError } from '../../../src/index.js'
import { lossArbitrary } from '../../../src/laws/index.js'
import { runs } from '../../support/full.js'
import { random } from '../../support/images.js'
import { terminates } from '../../support/terminates.js'

const DOCUMENTS = runs(100_000)

const seeds = fc
  .sample(lossArbitrary({ layers: ['block1_conv2', 'relu3_3'], references: ['style'] }), { numRuns: 200, seed: 6 })
  .map((a) => JSON.stringify(encode(a)))

const PIECES = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\u0000', '\ud800', '-', '1e999', '-1e999', '1e-999', 'null', 'true', '{}', '[]', '""', '0'],
  ...['"__proto__":{}', '"constructor":1', '"toString"', '"weight":', '"sum":[', '"loss":', '"feature":"pixels"', '"options":{', '"name":"', '"version":1'],
]

/** A text with a few places cut out, doubled, or exchanged for pieces. */
const broken = (text: string, next: () => number): string => {
  let result = text
  for (let cuts = 1 + Math.floor(next() * 3); cuts > 0; cuts--) {
    const at = Math.floor(next() * result.length)
    const end = Math.min(result.length, at + Math.floor(next() ** 3 * 40))
    const piece = next() < 0.3 ? result.slice(at, end).repeat(2) : next() < 0.5 ? (PIECES[Math.floor(next() * PIECES.length)] ?? '') : ''
    result = result.slice(0, at) + piece + result.slice(end)
  }
  return result
}

/** Any value of JSON and beyond, with the words of the format among its keys. */
const anything = (next: () => number, depth = 0): unknown => {
  const kind = Math.floor(next() * (depth > 5 ? 10 : 14))
  const scalars = [null, undefined, Number.NaN, Infinity, -0, 1e308, 'pixels', 'mse', '', Symbol.iterator]
  if (kind < 10) return scalars[kind]
  const parts = Array.from({ length: Math.floor(next() * 4) }, () => anything(next, depth + 1))
  if (kind < 12) return parts
  const keys = [
    'version',
    'loss',
    'sum',
    'weight',
    'metric',
    'regularizer',
    'feature',
    'options',
    'name',
    'against',
    'layer',
    'transform',
    '__proto__',
    'delta',
  ]
  return Object.fromEntries(parts.map((part) => [keys[Math.floor(next() * keys.length)], part]))
}

/** One value of a real document exchanged for anything. */
const exchanged = (text: string, next: () => number): unknown => {
  let at = Math.floor(next() * 20)
  return JSON.parse(text, (_key, value: unknown) => (at-- === 0 ? anything(next) : value)) as unknown
}

describe('hostile documents', () => {
  it(`${String(DOCUMENTS)} of them give a Left or a loss that is written and read again`, () => {
    const next = random(20_261_125)
    let [rights, lefts] = [0, 0]
    const judge = (result: E.Either<LossError, Loss<string, string>>): void => {
      if (E.isLeft(result)) {
        if (result.left._tag !== 'BadJson' || result.left.problems.length === 0) throw new Error(`an odd Left: ${JSON.stringify(result.left)}`)
        lefts += 1
        return
      }
      rights += 1
      if (rights % 10 !== 0) return
      const again = tryDecode(encode(result.right))
      if (E.isLeft(again) || !lossEq.equals(again.right, result.right)) throw new Error(`not the same again: ${JSON.stringify(encode(result.right))}`)
    }
    for (let i = 0; i < DOCUMENTS; i++) {
      const text = seeds[i % seeds.length] ?? ''
      if (i % 4 === 0) judge(tryDecode(exchanged(text, next)))
      else if (i % 4 === 1) judge(tryDecode({ version: 1, loss: anything(next) }))
      else judge(tryDecodeText(broken(text, next)))
    }
    expect(lefts).toBeGreaterThan(DOCUMENTS / 2)
    expect(rights).toBeGreaterThan(DOCUMENTS / 100)
  })

  const many = (n: number, part: string) => Array.from({ length: n }, () => part).join()
  const deep = `{"version":1,"loss":${'{"name":"a","loss":'.repeat(50_000)}{"sum":[]}${'}'.repeat(50_001)}`
  const leaf = { metric: 'mse', feature: 'pixels' }
  const products = (): unknown => {
    let loss: unknown = { sum: Array.from({ length: 3000 }, () => leaf) }
    for (let i = 0; i < 100; i++) loss = { weight: 1.01, loss }
    return { version: 1, loss }
  }
  const cyclic = (): unknown => {
    const loss: Record<string, unknown> = { weight: 2 }
    loss['loss'] = loss
    return { version: 1, loss }
  }
  const doubling = (): unknown => {
    let loss: unknown = leaf
    for (let i = 0; i < 60; i++) loss = { sum: [loss, loss] }
    return { version: 1, loss }
  }
  const worst: readonly (readonly [string, () => unknown, (value: never) => E.Either<LossError, unknown>])[] = [
    ['50,000 levels of losses, as text', () => deep, tryDecodeText],
    ['50,000 levels of losses, as a value', () => JSON.parse(deep) as unknown, tryDecode],
    ['50,000 levels of lists, as text', () => '['.repeat(50_000) + ']'.repeat(50_000), tryDecodeText],
    ['10 MB of text', () => `[${many(5e6, '1')}]`, tryDecodeText],
    ['10 MB of numbers', () => Array.from({ length: 5e6 }, () => 1), tryDecode],
    ['10 MB in one name', () => ({ version: 1, loss: { name: 'x'.repeat(1e7), loss: leaf } }), tryDecode],
    ['10 MB in one key', () => ({ version: 1, loss: { ['x'.repeat(1e7)]: 1 } }), tryDecode],
    ['a list of a billion holes', () => new Array<unknown>(1e9), tryDecode],
    ['a cycle', cyclic, tryDecode],
    ['2^60 leaves by reference', doubling, tryDecode],
    ['as many wrong leaves as are read', () => ({ version: 1, loss: { sum: Array.from({ length: 4000 }, () => ({ metric: 'x' })) } }), tryDecode],
    ['100 weights over 3000 terms', products, tryDecode],
  ]
  it.each(worst)('%s is read or refused, and ends', (_what, make, read) => {
    const value = make() as never
    expect(['Left', 'Right']).toContain(terminates(() => read(value))._tag)
  })

  it('leave no trace in the prototypes', () => {
    tryDecodeText('{"version":1,"__proto__":{"polluted":1},"loss":{"metric":"huber","feature":"pixels","options":{"__proto__":{"polluted":1}}}}')
    expect('polluted' in {}).toBe(false)
  })
})
