/** JSON: the round trip is the identity, errors say where and what, old documents decode, and the published schema says the same as the decoder. */
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import * as face from '../../../src/index.js'
import {
  against,
  compile,
  tryDecode,
  tryDecodeText,
  defineMetric,
  builtInDefinitions,
  describeError,
  encode,
  featureAt,
  lossEq,
  lossSchema,
  mae,
  mse,
  named,
  pixels,
  sum,
  weighted,
  type DecodeOptions,
  type Loss,
  type LossError,
  type LossJson,
} from '../../../src/index.js'
import { lossArbitrary } from '../../../src/laws/index.js'
import { runs } from '../../support/full.js'
import { brightness, edges, power } from '../../support/acme.js'
import { evaluator } from '../../support/language.js'
import { sharedVgg16 } from '../../support/network.js'

const own = [edges, brightness, power]
const loss = lossArbitrary({ layers: ['block1_conv2', 'block3_conv3', 'block4_pool'], references: ['style', 'it\'s "odd" \\ \n \u2028 ✓'] })

/** The loss of a Right; throws the sentence of a Left. */
const right = (result: E.Either<LossError, Loss<string, string>>): Loss<string, string> => {
  if (E.isLeft(result)) throw new Error(describeError(result.left))
  return result.right
}
const left = (result: E.Either<LossError, unknown>): string => (E.isLeft(result) ? describeError(result.left) : 'a Right')
const same = lossEq.equals

describe('the round trip', () => {
  it('is the identity, as a value and as text', () => {
    fc.assert(
      fc.property(loss, (a) => same(right(tryDecode(encode(a))), a) && same(right(tryDecodeText(JSON.stringify(encode(a), null, 2))), a)),
      { numRuns: runs(1000) },
    )
  })

  it('is the identity for any weight that float32 holds and any name', () => {
    const weight = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((w) => w === 0 || Math.abs(w) >= 2 ** -126)
    const name = fc.string({ unit: 'binary', minLength: 1 })
    fc.assert(
      fc.property(weight, name, name, (w, n, r) => {
        const a = sum(weighted(w, named(n, against(r, mse(pixels)))), mae(featureAt(n)))
        return same(right(tryDecodeText(JSON.stringify(encode(a)))), a)
      }),
      { numRuns: runs(1000) },
    )
  })

  it('holds for third-party metrics, regularizers and transforms, which are passed as an argument', () => {
    const options = fc.record(
      {
        label: fc.string({ unit: 'binary' }),
        sizes: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
        kind: fc.constantFrom('soft' as const, 'hard' as const),
        limit: fc.constantFrom(null, 1e-7, -3),
        'per-channel': fc.record({ red: fc.integer() }, { noNullPrototype: true }),
      },
      { requiredKeys: [], noNullPrototype: true },
    )
    fc.assert(
      fc.property(options, fc.integer(), (given, of) => {
        const a = sum(edges(power(pixels, { of }), given), brightness(featureAt('block1_conv1')))
        return same(right(tryDecodeText(JSON.stringify(encode(a)), { definitions: own })), a)
      }),
      { numRuns: runs(500) },
    )
  })

  it('writes what a person would', () => {
    expect(JSON.stringify(encode(weighted(0.1, mae(pixels))))).toBe('{"version":1,"loss":{"weight":0.1,"loss":{"metric":"mae","feature":"pixels"}}}')
  })

  it('gives a loss that computes', async () => {
    const extractor = await sharedVgg16()
    const decoded = tryDecode({ version: 1, loss: { metric: 'mse', feature: { layer: 'relu1_1' } } }, { extractor })
    if (E.isLeft(decoded)) throw new Error(describeError(decoded.left))
    expect(compile(decoded.right, extractor).needs.layers).toEqual(['block1_conv1'])
  })
})

describe('the golden documents of version 1', () => {
  const goldens = JSON.parse(readFileSync(new URL('../../goldens/json/v1.json', import.meta.url), 'utf8')) as readonly {
    readonly typescript: string
    readonly document: unknown
  }[]
  const evaluate = evaluator()
  it.each(goldens)('$typescript', ({ typescript, document }) => {
    expect(same(right(tryDecode(document)), evaluate(typescript))).toBe(true)
    expect(validate(document)).toBe(true)
  })

  it('every version has goldens', () => {
    expect(readdirSync(new URL('../../goldens/json/', import.meta.url))).toEqual(
      Array.from({ length: encode(sum()).version }, (_, i) => `v${String(i + 1)}.json`),
    )
  })
})

const whole = (part: unknown): unknown => ({ version: 1, loss: part })
const leaf = { metric: 'mse', feature: 'pixels' }

describe('a Left has the place, what was received, what was expected, and the nearest name', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['nothing', undefined, /the document: received nothing, expected an object with version, loss/],
    ['null', null, /the document: received null/],
    ['a list', [], /the document: received \[\]/],
    ['no version', { loss: leaf }, /version: received nothing, expected the version 1/],
    ['a newer version', { version: 2, loss: leaf }, /version: received 2, expected the version 1 \(newer versions need a newer release/],
    ['an unknown key', { version: 1, loss: leaf, lss: 1 }, /lss: unknown key, expected a key, one of version, loss, \$schema\. Did you mean loss\?/],
    ['__proto__', JSON.parse('{"version":1,"loss":{"sum":[]},"__proto__":{"a":1}}'), /__proto__: unknown key/],
    [
      'an id that is near',
      whole({ metric: 'mes', feature: 'pixels' }),
      /loss\.metric: received "mes", expected the id of a metric, one of adaptiveStructureTexture, charbonnier, .*Did you mean mse\?/,
    ],
    ['an id of another kind', whole({ metric: 'gram', feature: 'pixels' }), /the id of a metric \(gram is a transform\)/],
    ['constructor', whole({ metric: 'constructor', feature: 'pixels' }), /loss\.metric: received "constructor", expected the id of a metric/],
    ['a metric that is no text', whole({ metric: 7, feature: 'pixels' }), /loss\.metric: received 7/],
    [
      'a key that is near',
      whole({ sum: [leaf, { mtric: 'mse' }] }),
      /loss\.sum\[1\]\.mtric: unknown key, .*one of metric, regularizer, weight, sum, name\. Did you mean metric\?/,
    ],
    ['no feature', whole({ metric: 'mse' }), /loss\.feature: received nothing, expected a feature: "pixels", or an object with layer or transform/],
    ['a feature as text', whole({ metric: 'mse', feature: 'block1_conv1' }), /loss\.feature: received "block1_conv1", expected a feature: "pixels"/],
    ['an empty layer', whole({ metric: 'mse', feature: { layer: '' } }), /loss\.feature\.layer: received "", expected a name/],
    [
      'a wrong activation',
      whole({ metric: 'mse', feature: { layer: 'x', activation: 'before' } }),
      /loss\.feature\.activation: received "before", expected one of "post", "pre"/,
    ],
    [
      'an unknown option',
      whole({ metric: 'huber', feature: 'pixels', options: { dleta: 1 } }),
      /loss\.options\.dleta: unknown option, expected one of delta\. Did you mean delta\?/,
    ],
    [
      'a wrong option',
      whole({ metric: 'huber', feature: 'pixels', options: { delta: -1 } }),
      /loss\.options\.delta: received -1, expected a number from 1e-18 to 1e18/,
    ],
    ['options that are a list', whole({ metric: 'huber', feature: 'pixels', options: [] }), /loss\.options: received \[\], expected an object/],
    [
      'an infinite weight',
      JSON.parse('{"version":1,"loss":{"weight":1e999,"loss":{"sum":[]}}}'),
      /loss\.weight: received Infinity, expected a number from -3\.4e38 to 3\.4e38 that float32 can hold/,
    ],
    ['a weight as text', whole({ weight: '2', loss: leaf }), /loss\.weight: received "2", expected a number/],
    [
      'weights whose product overflows',
      whole({ weight: 1e30, loss: { weight: 1e30, loss: leaf } }),
      /loss\.weight: received 1e\+30, expected a weight whose product with the weights inside fits float32/,
    ],
    ['a sum that is no list', whole({ sum: leaf }), /loss\.sum: received .*, expected Array/],
    ['an empty name', whole({ name: '', loss: leaf }), /loss\.name: received "", expected a name/],
    ['two tags', whole({ ...leaf, weight: 2 }), /loss\.weight: unknown key/],
  ]
  it.each(cases)('%s', (_what, json, sentence) => {
    expect(left(tryDecode(json))).toMatch(sentence)
  })

  it('names an unknown layer and the nearest one', async () => {
    const extractor = await sharedVgg16()
    const json = whole({ sum: [leaf, { metric: 'mse', feature: { layer: 'block3_conv4' } }] })
    expect(left(tryDecode(json, { extractor }))).toMatch(
      /loss\.sum\[1\]\.feature\.layer: received "block3_conv4", expected a layer of vgg16, one of block1_conv1.*Did you mean block3_conv\d\?/,
    )
    expect(left(tryDecode(whole({ metric: 'mse', feature: { layer: 'block3_conv33' } }), { extractor }))).toMatch(/Did you mean block3_conv3\?/)
    expect(left(tryDecode(whole({ metric: 'mse', feature: { layer: 'block1_pool', activation: 'pre' } }), { extractor }))).toMatch(
      /a pooling layer has no ReLU/,
    )
    expect(left(tryDecode(json))).toBe('a Right')
  })

  it('names the first five problems of many', () => {
    const result = tryDecode(whole({ sum: Array.from({ length: 50 }, (_, i) => ({ metric: `m${String(i)}`, feature: 'pixels' })) }))
    if (E.isRight(result) || result.left._tag !== 'BadJson') throw new Error('expected BadJson')
    expect(new Set(result.left.problems.map(({ path }) => path))).toEqual(new Set([0, 1, 2, 3, 4].map((i) => `loss.sum[${String(i)}].metric`)))
  })

  it('is typed: path, received, expected, known and nearest are data', () => {
    expect(tryDecode(whole({ regularizer: 'totalVaration', feature: 'pixels' }))).toEqual(
      E.left({
        _tag: 'BadJson',
        problems: [
          {
            path: 'loss.regularizer',
            received: '"totalVaration"',
            expected: 'the id of a regularizer',
            known: builtInDefinitions.flatMap(({ definition: { kind, id } }) => (kind === 'regularizer' ? [id] : [])),
            nearest: 'totalVariation',
          },
        ],
      }),
    )
  })
})

describe('text', () => {
  it.each([
    ['not JSON', '{', /text that is not JSON \(/],
    [
      'a key twice',
      '{"version":1,"loss":{"sum":[{"weight":1,"weight":2,"loss":{"sum":[]}}]}}',
      /an object with the key "weight" twice, expected each key once/,
    ],
    ['a key twice, once escaped', '{"version":1,"versio\\u006e":1,"loss":{"sum":[]}}', /the key "version" twice/],
    ['a million brackets', '['.repeat(2 ** 20) + ']'.repeat(2 ** 20), /nested in more than 128 levels/],
    ['brackets that do not close', '{"version":'.repeat(150_000), /nested in more than 128 levels/],
    ['a million values', `[${'1,'.repeat(1_000_000)}1]`, /more than 20000 values/],
    ['a string that does not end', '{"version', /text that is not JSON/],
    ['a string that ends in a backslash', '"\\', /text that is not JSON/],
    ['brackets and commas within a string', JSON.stringify(`\\"${'[,'.repeat(30_000)}`), /expected an object with version/],
    ['no text', 7 as never, /: received 7, expected text/],
  ])('%s', (_what, text, sentence) => {
    expect(left(tryDecodeText(text))).toMatch(sentence)
  })

  it('a key may stand once in each of several objects, and inside strings', () => {
    expect(
      left(tryDecodeText('{"version":1,"loss":{"sum":[{"name":"{\\"name\\":1,\\"name\\":2}","loss":{"sum":[]}},{"name":"name" , "loss":{"sum":[]}}]}}')),
    ).toBe('a Right')
  })
})

/** A metric but for its id. */
const spec = {
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, Infinity], smooth: true }) as const,
  apply: () => mse.definition.apply({}),
}

describe('definitions', () => {
  it('a duplicate id is an error that names it and the known ones', () => {
    const twin = defineMetric({ id: 'mse', ...spec })
    expect(left(tryDecode(encode(mse(pixels)), { definitions: [twin] }))).toMatch(
      /Two definitions have the id 'mse', expected unique ids\..*blurred, charbonnier, ciede2000, contextual/,
    )
    expect(left(tryDecode(encode(mse(pixels)), { definitions: [defineMetric({ id: 'gram', ...spec })] }))).toMatch(/the id 'gram'/)
  })

  it('the same definition may be passed twice', () => {
    expect(same(right(tryDecode(encode(mse(pixels)), { definitions: [mse, edges, edges] })), mse(pixels))).toBe(true)
  })

  it('something else is rejected', () => {
    expect(left(tryDecode(encode(mse(pixels)), { definitions: ['mse'] } as unknown as DecodeOptions))).toMatch(
      /Definition \d+: received "mse", expected|expected the result of defineMetric/,
    )
  })

  it('an unknown id is an error without the argument', () => {
    expect(left(tryDecode(encode(edges(pixels))))).toMatch(/loss\.metric: received "acme\.edges"/)
  })

  it('every definition that the face exports is in the list', () => {
    const listed: readonly unknown[] = builtInDefinitions
    const missing = Object.entries(face).filter(([, value]) => typeof value === 'function' && 'definition' in value && !listed.includes(value))
    expect(
      missing.map(([name]) => name),
      'add them to src/builtInDefinitions.ts and run `npm run schema`',
    ).toEqual([])
    expect(listed.filter((value) => !Object.values(face).includes(value as never))).toEqual([])
  })
})

const validate = new Ajv().compile(lossSchema())

describe('the JSON Schema', () => {
  it('that is published is the one of the built-in definitions', () => {
    const file = readFileSync(new URL('../../../schema/loss.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(file), 'run `npm run schema`').toEqual(lossSchema())
  })

  it('accepts what encode writes', () => {
    fc.assert(
      fc.property(loss, (a) => validate(JSON.parse(JSON.stringify(encode(a))))),
      { numRuns: runs(500) },
    )
  })

  /** A rectangle whose sides are right one by one and together pass the picture's edge: no schema can add. */
  const passesTheEdge = (error: LossError): boolean => describeError(error).includes('a rectangle within the picture')

  it('accepts and rejects the same documents as decode, near real ones', () => {
    const odd = fc.constantFrom<unknown>(null, 0, -1, 'pixels', 'mse', 'l1', 'pre', '', true, [], {}, 'style', { layer: 'x' })
    let refused = 0
    fc.assert(
      fc.property(loss, fc.nat(), fc.nat(), odd, (a, where, how, value) => {
        const document = mutated(JSON.parse(JSON.stringify(encode(a))), where, how, value)
        const valid = validate(document)
        if (!valid) refused += 1
        const decoded = tryDecode(document)
        return valid === E.isRight(decoded) || (valid && E.isLeft(decoded) && passesTheEdge(decoded.left))
      }),
      { numRuns: runs(3000) },
    )
    expect(refused).toBeGreaterThan(runs(3000) / 6)
  })

  it('knows third-party definitions where they are passed', () => {
    const ours = new Ajv().compile(lossSchema(own))
    const document = (options: unknown) => whole({ metric: 'acme.edges', feature: { transform: 'power', feature: 'pixels' }, options })
    for (const options of [
      {},
      { sizes: [1, 2] },
      { sizes: ['1'] },
      { limit: null },
      { limit: 'x' },
      { kind: 'hard' },
      { kind: 'x' },
      { 'per-channel': { red: 1 } },
      { 'per-channel': {} },
    ])
      expect([JSON.stringify(options), ours(document(options))]).toEqual([
        JSON.stringify(options),
        E.isRight(tryDecode(document(options), { definitions: own })),
      ])
    expect(validate(document({}))).toBe(false)
  })

  it('leaves open what a codec does not say', () => {
    const opaque = new t.Type<number, unknown>(
      'odd',
      (u): u is number => typeof u === 'number',
      (u, c) => (typeof u === 'number' ? t.success(u) : t.failure(u, c)),
      t.identity,
    )
    const metric = defineMetric({ id: 'odd', options: t.strict({ opaque }), defaults: { opaque: 1 }, ...spec })
    expect(new Ajv().compile(lossSchema([metric]))(whole({ metric: 'odd', feature: 'pixels', options: { opaque: 3 } } satisfies LossJson))).toBe(true)
  })
})

/** The document with one value exchanged, one key removed, added or renamed, at one of its places. */
const mutated = (document: unknown, where: number, how: number, value: unknown): unknown => {
  const places: (readonly [Record<string, unknown>, string])[] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      walk((node as Record<string, unknown>)[key])
    }
  }
  walk(document)
  const [node, key] = places[where % places.length]!
  if (how % 5 === 1) Reflect.deleteProperty(node, key)
  else if (how % 5 === 2) node['extra'] = value
  else if (how % 5 === 3 && !Array.isArray(node)) {
    node[`${key}s`] = node[key]
    Reflect.deleteProperty(node, key)
  } else node[key] = value
  return JSON.parse(JSON.stringify(document)) as unknown
}
