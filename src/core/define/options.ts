/**
 * The options of a metric, regularizer or transform: a flat record with a codec and defaults.
 *
 * Laws: `withOptions(spec, {})` gives the defaults; equal options have equal `optionsKey`; `changedOptions` of the defaults is empty.
 */
import type { either as E } from 'fp-ts'
import * as t from 'io-ts'
import { isRight, left } from '../errors/either.js'
import { type LossError, type OptionProblem, suggestion } from '../errors/error.js'
import { foreignKind } from './foreign.js'
import { formatName, formatValue } from '../errors/formatValue.js'

/** A record of options; its values are plain data. */
export type Options = Readonly<Record<string, unknown>>

/** The codec of a record of options, and the options that hold when nothing is said. */
export interface OptionsSpec<P> {
  readonly id: string
  readonly codec: t.Type<P, unknown>
  readonly defaults: P
}

/** No options at all. */
export type NoOptions = Readonly<Record<string, never>>

/** What a codec says of itself in JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A codec of plain data that says in JSON Schema what it accepts. */
export class Plain<A> extends t.Type<A, unknown> {
  readonly schema: JsonSchema

  constructor(name: string, is: (u: unknown) => u is A, schema: JsonSchema) {
    super(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)
    this.schema = schema
  }
}

/** The codec of no options. Not `t.strict({})`: its classes are half of io-ts, in every bundle. */
export const noOptions: t.Type<NoOptions, unknown> = new Plain(
  '{}',
  (u): u is NoOptions => typeof u === 'object' && u !== null && Object.keys(u).length === 0,
  { type: 'object', properties: {} },
)

/** A finite number (io-ts' own `t.number` admits NaN). */
export const finite: t.Type<number, unknown> = new Plain('a finite number', (u): u is number => typeof u === 'number' && Number.isFinite(u), { type: 'number' })

/** The smallest and the largest size of a number that float32 holds; smaller ones become 0 on some backends. */
const [SMALLEST, LARGEST] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127]

/** Whether float32 holds the number: 0, or neither too small nor too large. */
export const isFloat32 = (x: number): boolean => x === 0 || (Math.abs(x) >= SMALLEST && Math.abs(x) <= LARGEST)

/** The intervals of numbers that float32 holds between two numbers, as JSON Schema. */
const intervals = (min: number, max: number): JsonSchema => {
  const parts = [
    [min, Math.min(max, -SMALLEST)],
    [Math.max(min, 0), Math.min(max, 0)],
    [Math.max(min, SMALLEST), max],
  ].flatMap(([minimum = 0, maximum = 0]) => (minimum <= maximum ? [{ type: 'number', minimum, maximum }] : []))
  return parts.length === 1 ? { ...parts[0] } : { anyOf: parts }
}

const inWords = (x: number): string =>
  x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) > 1e6)
    ? x
        .toExponential()
        .replace(/(\.\d)\d+/, '$1')
        .replace('+', '')
    : String(x)

/** A number from `min` to `max` that float32 holds. */
export const between = (min: number, max: number): Plain<number> =>
  new Plain(
    `a number from ${inWords(min)} to ${inWords(max)}${min > 0 ? '' : ' that float32 can hold (0, or at least 1.2e-38 in size)'}`,
    (u): u is number => finite.is(u) && isFloat32(u) && u >= min && u <= max,
    intervals(min, max),
  )

/** A weight: float32 holds it, and with it its products with values near 1. */
export const weight: Plain<number> = between(-LARGEST, LARGEST)

/** A number whose square float32 holds. */
export const signed: t.Type<number, unknown> = between(-1e18, 1e18)

/** A number above 0 whose square float32 holds. */
export const positive: t.Type<number, unknown> = between(1e-18, 1e18)

/** A whole number from 1 to `max`: what multiplies work has a bound. */
export const count = (max: number): t.Type<number, unknown> =>
  new Plain(`a whole number from 1 to ${String(max)}`, (u): u is number => Number.isSafeInteger(u) && positive.is(u) && u <= max, {
    type: 'integer',
    minimum: 1,
    maximum: max,
  })

/** A whole number above 0 that multiplies no work: a seed. */
export const positiveInteger: t.Type<number, unknown> = new Plain('a whole number above 0', (u): u is number => Number.isSafeInteger(u) && (u as number) > 0, {
  type: 'integer',
  exclusiveMinimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
})

/** The standard deviation of a Gaussian, in positions. */
export const sigma: t.Type<number, unknown> = between(0.05, 100)

/** A factor of height and width. */
export const factor: t.Type<number, unknown> = between(1e-4, 16)

/** A side in positions, or null where something else says it. */
export const sideOrNull: t.Type<number | null, unknown> = new Plain(
  'a whole number from 1 to 16384, or null',
  (u): u is number | null => u === null || (positiveInteger.is(u) && u <= 16384),
  { anyOf: [{ type: 'integer', minimum: 1, maximum: 16384 }, { type: 'null' }] },
)

/** One of the given strings. */
export const oneOf = <const A extends readonly [string, ...string[]]>(...names: A): t.Type<A[number], unknown> =>
  new Plain(`one of ${names.map(formatValue).join(', ')}`, (u): u is A[number] => typeof u === 'string' && names.includes(u), { enum: names })

/** What an argument or an option must be: a test, and its words in a message. Codecs are such. */
export interface Accepted {
  readonly name: string
  readonly is: (value: unknown) => boolean
}

/** What each option of a function must be, by its name. */
export type AcceptedOptions = Readonly<Record<string, Accepted>>

/** Whether this is plain data with names: no array, tensor, promise, model or other instance of a class. */
export const isPlainRecord = (u: unknown): u is Options => {
  if (typeof u !== 'object' || u === null || Array.isArray(u) || foreignKind(u) !== undefined) return false
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** What is wrong with the options of a function: no object, an unknown name, a wrong value; undefined where nothing is. An `undefined` counts as left out. */
export const optionsProblem = (id: string, given: unknown, accepted: AcceptedOptions): LossError | undefined => {
  if (given === undefined) return undefined
  const known = Object.keys(accepted)
  if (!isPlainRecord(given)) return noRecord(id, given, known)
  const problems = Object.entries(given).flatMap(([name, value]): readonly OptionProblem[] => {
    const option = Object.hasOwn(accepted, name) ? accepted[name] : undefined
    if (option === undefined) return [unknownOption(name, known)]
    return value === undefined || option.is(value) ? [] : [{ path: name, came: formatValue(value), expected: option.name }]
  })
  return problems.length === 0 ? undefined : { _tag: 'BadOptions', id, problems }
}

/** The defaults overridden by the given options (an `undefined` says nothing); a Left names each unknown or wrong one. */
export const withOptions = <P>(spec: OptionsSpec<P>, given: Partial<P>): E.Either<LossError, P> => {
  const known = Object.keys(spec.defaults as Options)
  if (!isPlainRecord(given)) return left(noRecord(spec.id, given, known))
  const unknown = Object.keys(given).filter((name) => !known.includes(name))
  if (unknown.length > 0) return left({ _tag: 'BadOptions', id: spec.id, problems: unknown.map((name) => unknownOption(name, known)) })
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const decoded = spec.codec.decode({ ...(spec.defaults as Options), ...said })
  if (isRight(decoded) && !isPlainData(spec, decoded.right)) return left(notPlain(spec, decoded.right))
  return isRight(decoded) ? decoded : left({ _tag: 'BadOptions', id: spec.id, problems: decoded.left.map(problem) })
}

/** Whether the options, encoded, are the same after JSON, and decode to themselves: then a loss that has them does, too. */
const isPlainData = <P>({ codec }: OptionsSpec<P>, options: P): boolean => {
  try {
    const encoded = codec.encode(options)
    const text = JSON.stringify(encoded)
    const again = codec.decode(JSON.parse(text))
    return sameData(encoded, JSON.parse(text)) && isRight(again) && JSON.stringify(codec.encode(again.right)) === text
  } catch {
    return false
  }
}

/** Whether a value is what JSON made of it; what is undefined counts as left out. */
const sameData = (value: unknown, json: unknown): boolean => {
  if (typeof value !== 'object' || value === null || typeof json !== 'object' || json === null) return value === json
  if (Array.isArray(value) || Array.isArray(json))
    return Array.isArray(value) && Array.isArray(json) && value.length === json.length && value.every((part, i) => sameData(part, json[i]))
  const parts = Object.entries(value).filter(([, part]) => part !== undefined)
  return parts.length === Object.keys(json).length && parts.every(([name, part]) => sameData(part, (json as Options)[name]))
}

const notPlain = <P>({ id }: OptionsSpec<P>, options: P): LossError => ({
  _tag: 'BadOptions',
  id,
  problems: [
    {
      path: 'options',
      came: formatValue(options),
      expected: 'plain data that JSON keeps: finite numbers, text, true, false, null, and lists and objects of these',
    },
  ],
})

/** A string that is equal for equal options and different for different ones. */
export const optionsKey = <P>(codec: t.Type<P, unknown>, options: P): string => JSON.stringify(codec.encode(options))

/** The options, encoded, that differ from the defaults. */
export const changedOptions = <P>({ codec, defaults }: OptionsSpec<P>, options: P): Options => {
  const usual = codec.encode(defaults) as Options
  return Object.fromEntries(Object.entries(codec.encode(options) as Options).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name])))
}

const noRecord = (id: string, given: unknown, known: readonly string[]): LossError => ({
  _tag: 'BadOptions',
  id,
  problems: [{ path: 'options', came: formatValue(given), expected: known.length === 0 ? 'no options' : `an object with any of ${known.join(', ')}` }],
})

const unknownOption = (name: string, known: readonly string[]): OptionProblem => ({
  path: formatName(name),
  came: 'an unknown option',
  expected: known.length === 0 ? 'no options' : `one of ${known.join(', ')}.${suggestion(name, known)}`.replace(/\.$/, ''),
})

const problem = (error: t.ValidationError): OptionProblem => ({
  path: error.context
    .map(({ key }) => key)
    .filter((key) => key !== '')
    .join('.'),
  came: formatValue(error.value),
  expected: error.context.at(-1)?.type.name ?? 'another value',
})
