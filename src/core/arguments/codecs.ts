/** Codecs of options: numbers that float32 holds, bounded counts, names. Each says in JSON Schema what it accepts. */
import * as t from 'io-ts'
import { formatValue } from '../errors/formatValue.js'

/** No options at all. */
export type NoOptions = Readonly<Record<string, never>>

/** A codec's description in JSON Schema. */
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

/** A finite number (io-ts' own `t.number` accepts NaN). */
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

/** A weight: a finite float32 number, as are its products with values near 1. */
export const weight: Plain<number> = between(-LARGEST, LARGEST)

/** A number whose square float32 holds. */
export const signed: t.Type<number, unknown> = between(-1e18, 1e18)

/** A number above 0 whose square float32 holds. */
export const positive: t.Type<number, unknown> = between(1e-18, 1e18)

/** A whole number from 1 to `max`, for options that multiply the work. */
export const count = (max: number): t.Type<number, unknown> =>
  new Plain(`a whole number from 1 to ${String(max)}`, (u): u is number => Number.isSafeInteger(u) && positive.is(u) && u <= max, {
    type: 'integer',
    minimum: 1,
    maximum: max,
  })

/** A whole number above 0 that does not affect the work, such as a seed. */
export const positiveInteger: t.Type<number, unknown> = new Plain('a whole number above 0', (u): u is number => Number.isSafeInteger(u) && (u as number) > 0, {
  type: 'integer',
  exclusiveMinimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
})

/** The standard deviation of a Gaussian, in positions. */
export const sigma: t.Type<number, unknown> = between(0.05, 100)

/** A factor of height and width. */
export const factor: t.Type<number, unknown> = between(1e-4, 16)

/** A side in positions, or null if another option sets it. */
export const sideOrNull: t.Type<number | null, unknown> = new Plain(
  'a whole number from 1 to 16384, or null',
  (u): u is number | null => u === null || (positiveInteger.is(u) && u <= 16384),
  { anyOf: [{ type: 'integer', minimum: 1, maximum: 16384 }, { type: 'null' }] },
)

/** One of the given strings. */
export const oneOf = <const A extends readonly [string, ...string[]]>(...names: A): t.Type<A[number], unknown> =>
  new Plain(`one of ${names.map(formatValue).join(', ')}`, (u): u is A[number] => typeof u === 'string' && names.includes(u), { enum: names })
