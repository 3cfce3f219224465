/**
 * Argument checks for public functions called from untyped code: an error says in one line what was received and what was expected.
 */
import { type LossError } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import type { Tensor } from '@tensorflow/tfjs'
import { isPlainRecord, type Accepted } from './checkOptions.js'
import { LossException, throwProblem } from '../errors/lossException.js'

/** Whether a value from untyped code is a tensor (of any copy of TensorFlow.js). */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataId' in value && 'shape' in value && 'dtype' in value

/** A check with its description for messages. */
export const accepted = (name: string, is: (value: unknown) => boolean): Accepted => ({ name, is })
export const aTensor = accepted('a tensor', isTensor)
export const aName = accepted("a name, such as 'style'", (value) => typeof value === 'string' && value !== '')
export const aText = accepted('text', (value) => typeof value === 'string')
export const aFunction = accepted('a function', (value) => typeof value === 'function')
export const aSwitch = accepted('true or false', (value) => typeof value === 'boolean')
export const anObject = accepted('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value))

export const anObjectOrList = accepted('an object or a list', (value) => isPlainRecord(value) || Array.isArray(value))
export const anything = accepted('anything', () => true)

/** Accepts an object with these members. */
export const aRecordOf = (name: string, ...keys: readonly string[]): Accepted =>
  accepted(name, (value) => isPlainRecord(value) && keys.every((key) => value[key] !== undefined))

/** Accepts a list whose elements are all accepted. */
export const aListOf = (element: Accepted, name: string): Accepted => accepted(name, (value) => Array.isArray(value) && value.every(element.is))

/** The problem of an argument, or undefined. */
export const argumentProblem = (name: string, value: unknown, { is, name: expected }: Accepted): LossError | undefined =>
  is(value) ? undefined : { _tag: 'BadArgument', name, received: formatValue(value), expected }

/** Throws a `BadArgument` for an argument that is not accepted. */
export const checkArgument = (name: string, value: unknown, what: Accepted): void => {
  throwProblem(argumentProblem(name, value, what))
}

/** Throws if a function without arguments received one. */
export const checkNoArguments = (id: string, [first]: readonly unknown[]): void => {
  if (first !== undefined)
    throw new LossException({ _tag: 'BadArgument', name: `The argument of ${id}`, received: formatValue(first), expected: 'no arguments' })
}

/** The value if it is a name; throws otherwise. */
export const requireName = (who: string, value: unknown): string => {
  checkArgument(who, value, aName)
  return value as string
}
