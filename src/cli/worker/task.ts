/** The task of an input line. */
import { isAbsolute, join } from 'node:path'
import { either as E } from 'fp-ts'
import type { LossError } from '../../index.js'
import type { Pair } from '../compare/pairs.js'
import { asFile } from '../sourceBytes.js'
import { LONGEST } from './lines.js'

/** A pair to compare, and the name of its result. */
export interface Task extends Pair {
  readonly id: string
}

/** A line that is not a task, and why. */
export interface NoTask {
  readonly id: string
  readonly error: LossError
}

const EXPECTED = 'a JSON object such as { "id": "7", "reference": "a.png", "picture": "b.png" }, where the id may be left out'

/** The task of a line, by its number; a pair without an id is named by its two files. */
export const taskOf = (text: string, number: number): E.Either<NoTask, Task> => {
  const { id, reference, picture } = fieldsOf(text)
  const named = id === undefined || typeof id === 'string' || typeof id === 'number'
  if (typeof reference === 'string' && typeof picture === 'string' && named)
    return E.right({ id: id === undefined ? `${reference} ${picture}` : String(id), reference, picture })
  const line = `line ${String(number)}`
  return E.left({ id: line, error: { _tag: 'BadArgument', name: line.replace('l', 'L'), received: shown(text), expected: EXPECTED } })
}

/** The fields of a line; none where it is no JSON object. */
export const fieldsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A line for messages. */
export const shown = (text: string): string => {
  if (text.length > LONGEST) return `more than ${String(LONGEST)} characters`
  return text.length > 120 ? `'${text.slice(0, 117)}...'` : `'${text}'`
}

/** Its files where they are: names are relative to the folder. */
export const within = (root: string, { reference, picture }: Pair): Pair => {
  return { reference: placed(root, reference), picture: placed(root, picture) }
}

/** A file where it is. */
export const placed = (root: string, file: string): string => (isAbsolute(file) ? file : asFile(join(root, file)))
