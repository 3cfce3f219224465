/** Checks the options of a function: unknown names and wrong values are refused. */
import { foreignKind } from '../errors/foreignKind.js'
import type { LossError, OptionProblem } from '../errors/lossError.js'
import { formatValue, formatName } from '../errors/formatValue.js'
import { throwProblem } from '../errors/lossException.js'
import { suggestion } from '../errors/nearestName.js'

/** What an argument or an option accepts: a test, and its description in messages. Every codec is one. */
export interface Accepted {
  readonly name: string
  readonly is: (value: unknown) => boolean
}

/** What each option of a function accepts, by name. */
export type AcceptedOptions = Readonly<Record<string, Accepted>>

/** Whether the value is a plain object: not an array, tensor, promise, model or other instance of a class. */
export const isPlainRecord = (u: unknown): u is Options => {
  if (typeof u !== 'object' || u === null || Array.isArray(u) || foreignKind(u) !== undefined) return false
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The problem of a function's options: not an object, an unknown name or a wrong value; undefined if there is none. An `undefined` option counts as omitted. */
export const optionsProblem = (id: string, given: unknown, accepted: AcceptedOptions): LossError | undefined => {
  if (given === undefined) return undefined
  const known = Object.keys(accepted)
  if (!isPlainRecord(given)) return noRecord(id, given, known)
  const problems = Object.entries(given).flatMap(([name, value]): readonly OptionProblem[] => {
    const option = Object.hasOwn(accepted, name) ? accepted[name] : undefined
    if (option === undefined) return [unknownOption(name, known)]
    return value === undefined || option.is(value) ? [] : [{ path: name, received: formatValue(value), expected: option.name }]
  })
  return problems.length === 0 ? undefined : { _tag: 'BadOptions', id, problems }
}

/** Throws `BadOptions` for options that are not an object, unknown names and wrong values. */
export const checkOptions = (id: string, given: unknown, options: AcceptedOptions): void => {
  throwProblem(optionsProblem(id, given, options))
}

export const noRecord = (id: string, given: unknown, known: readonly string[]): LossError => ({
  _tag: 'BadOptions',
  id,
  problems: [{ path: 'options', received: formatValue(given), expected: known.length === 0 ? 'no options' : `an object with any of ${known.join(', ')}` }],
})

export const unknownOption = (name: string, known: readonly string[]): OptionProblem => ({
  path: formatName(name),
  received: 'an unknown option',
  expected: known.length === 0 ? 'no options' : `one of ${known.join(', ')}.${suggestion(name, known)}`.replace(/\.$/, ''),
})

/** A record of options; its values are plain data. */
export type Options = Readonly<Record<string, unknown>>
