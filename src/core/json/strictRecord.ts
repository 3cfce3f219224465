/**
 * Objects with required keys, optional keys and no others: io-ts' `strict`, with failures that say what is accepted.
 */
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import { type JsonProblem } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import { nearestName } from '../errors/nearestName.js'

/** An io-ts failure with texts for what was received, what was expected, and the known names. */
export interface Failure extends t.ValidationError {
  readonly received: string
  readonly expected: string
  readonly known: readonly string[]
}

/** One failure. */
export const failure = (value: unknown, context: t.Context, expected: string, known: readonly string[] = [], received = inWords(value)): Failure => ({
  value,
  context,
  received,
  expected,
  known,
})

/** A validation that fails with one failure. */
export const failWith = (...args: Parameters<typeof failure>): t.Validation<never> => E.left([failure(...args)])

const inWords = (value: unknown): string => (value === undefined ? 'nothing' : formatValue(value))

/** A context one key further in. */
export const enterKey = (context: t.Context, key: string, actual: unknown): t.Context => t.appendContext(context, key, t.unknown, actual)

export const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null && !Array.isArray(u)

/** A name: text that is not empty. */
export const nonEmptyText: t.Type<string, unknown> = new t.Type(
  'a name',
  (u): u is string => typeof u === 'string' && u !== '',
  (u, c) => (typeof u === 'string' && u !== '' ? t.success(u) : failWith(u, c, 'a name')),
  t.identity,
)

/** Any object. */
export const anyRecord: t.Type<Readonly<Record<string, unknown>>, unknown> = new t.Type(
  'an object',
  isRecord,
  (u, c) => (isRecord(u) ? t.success(u) : failWith(u, c, 'an object')),
  t.identity,
)

type Codecs = Readonly<Record<string, t.Mixed>>
type Values<R extends Codecs, O extends Codecs> = { readonly [K in keyof R]: t.TypeOf<R[K]> } & { readonly [K in keyof O]?: t.TypeOf<O[K]> }

/** How an object of these keys decodes. */
export const record = <R extends Codecs, O extends Codecs>(required: R, optional: O): t.Validate<unknown, Values<R, O>> => {
  const codecs: Codecs = { ...required, ...optional }
  const known = Object.keys(codecs)
  return (u, context) => {
    if (!isRecord(u)) return failWith(u, context, `an object with ${known.join(', ')}`)
    const strangers = Object.keys(u).filter((key) => !known.includes(key))
    const failures: t.Errors = strangers.map((key) => failure(key, enterKey(context, key, u[key]), 'a key', known, 'an unknown key'))
    const values: Record<string, unknown> = {}
    for (const [key, codec] of Object.entries(codecs)) {
      if (!Object.hasOwn(u, key) && key in optional) continue
      const value = Object.hasOwn(u, key) ? u[key] : undefined
      const result: t.Validation<unknown> = codec.validate(value, t.appendContext(context, key, codec, value))
      if (E.isLeft(result)) failures.push(...result.left)
      else values[key] = result.right
    }
    return failures.length > 0 ? t.failures(failures) : t.success(values as Values<R, O>)
  }
}

/** The most problems in one error. */
const MOST = 5

/** The first failures as problems. */
export const problems = (failures: t.Errors): readonly JsonProblem[] =>
  failures.slice(0, MOST).map((error) => {
    const known = 'known' in error ? (error as Failure).known : []
    return {
      path: path(error.context),
      received: 'received' in error ? (error as Failure).received : inWords(error.value),
      expected: 'expected' in error ? (error as Failure).expected : (error.context.at(-1)?.type.name ?? 'another value'),
      known,
      nearest: typeof error.value === 'string' ? nearestName(error.value, known) : undefined,
    }
  })

/** `loss.sum[1].feature`. */
const path = (context: t.Context): string =>
  context.reduce((before, { key }, i) => {
    if (key === '') return before
    if (Array.isArray(context[i - 1]?.actual)) return `${before}[${key}]`
    if (!/^[A-Za-z_$][\w$.]*$/.test(key)) return `${before}[${formatValue(key)}]`
    return before === '' ? key : `${before}.${key}`
  }, '')
