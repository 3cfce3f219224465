/**
 * The options of a metric, regularizer or transform: a flat record with a codec and defaults.
 *
 * Laws: `withOptions(spec, {})` gives the defaults; equal options have equal `optionsKey`; `changedOptions` of the defaults is empty.
 */
import type { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import { isRight, left } from '../errors/either.js'
import { type LossError, type OptionProblem } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import { isPlainRecord, noRecord, unknownOption, type Options } from './checkOptions.js'

/** The codec of a record of options, and their defaults. */
export interface OptionsSpec<P> {
  readonly id: string
  readonly codec: t.Type<P, unknown>
  readonly defaults: P
}

/** The defaults overridden by the given options (an `undefined` keeps the default); a Left names each unknown or wrong option. */
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

/** Whether the encoded options survive a round trip through JSON; then so does a loss with these options. */
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

/** Whether a value equals its JSON form; undefined members count as omitted. */
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
      received: formatValue(options),
      expected: 'plain JSON data: finite numbers, text, true, false, null, and lists and objects of these',
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

const problem = (error: t.ValidationError): OptionProblem => ({
  path: error.context
    .map(({ key }) => key)
    .filter((key) => key !== '')
    .join('.'),
  received: formatValue(error.value),
  expected: error.context.at(-1)?.type.name ?? 'another value',
})
