/**
 * Any value as short text for messages; fast and safe for every value.
 *
 * Laws: `formatValue` never throws and gives at most 120 characters; its time does not grow with the length of strings, arrays and typed arrays.
 */
import { foreignKind } from './foreignKind.js'

/** The most characters quoted of a value. */
const QUOTED = 60

/** A value as text for messages: plain data quoted up to 60 characters; anything else by its kind and size. */
export const formatValue = (value: unknown): string => {
  try {
    return typeof value === 'object' && value !== null ? formatObject(value) : formatPrimitive(value)
  } catch {
    // A proxy or a getter that throws.
    return 'an object that cannot be read'
  }
}

/** A name for messages, shortened to 60 characters. */
export const formatName = (name: string): string => cut(name, QUOTED)

/** Text shortened in the middle to at most `most` characters; the end of a message says how to fix it. */
export const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text
  const between = ' [...] '
  const tail = Math.floor(most / 3)
  return `${text.slice(0, most - tail - between.length)}${between}${text.slice(-tail)}`
}

const formatPrimitive = (value: unknown): string => {
  if (typeof value === 'string') return value.length > QUOTED ? longString(value) : JSON.stringify(value)
  if (typeof value === 'function')
    return 'definition' in value ? `the function ${cut(value.name === '' ? idOf(value.definition) : value.name, QUOTED)}` : 'a function'
  if (typeof value === 'bigint') return value > -LARGE && value < LARGE ? `${String(value)}n` : 'a bigint'
  return cut(String(value), QUOTED)
}

const LARGE = 2n ** 64n

const idOf = (definition: unknown): string => (typeof definition === 'object' && definition !== null && 'id' in definition ? String(definition.id) : '')

const longString = (text: string): string => `a string of ${count(text.length)} characters that begins ${JSON.stringify(text.slice(0, 20))}`

const formatObject = (value: object): string => {
  const kind = foreignKind(value)
  if (kind !== undefined) return kind.name
  if (value instanceof URL) return `the URL ${cut(value.href, QUOTED)}`
  if (value instanceof Error) return `the error ${cut(JSON.stringify(value.message.slice(0, QUOTED)), QUOTED)}`
  const text = written(value, QUOTED + 1)
  if (text.length <= QUOTED) return text
  return Array.isArray(value) && value.length > 10 ? `an array of ${count(value.length)} elements that begins ${cut(text, 30)}` : cut(text, QUOTED)
}

/** Plain data as JSON, up to a length. */
const written = (value: unknown, room: number): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room))
  if (typeof value !== 'object' || value === null) return formatPrimitive(value)
  const kind = foreignKind(value)
  if (kind !== undefined) return kind.name
  if (room <= 0) return '...'
  const isList = Array.isArray(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!isList && prototype !== null && Object.getPrototypeOf(prototype) !== null) return `a ${className(value)}`
  // Shorter at each level: an object may contain itself.
  return isList ? `[${parts(value, written, room - 2)}]` : `{${parts(Object.entries(value), entryText, room - 2)}}`
}

const entryText = ([key, part]: readonly [string, unknown], room: number): string => `${JSON.stringify(key.slice(0, room))}:${written(part, room - key.length)}`

const parts = <A>(all: readonly A[], text: (part: A, room: number) => string, room: number): string => {
  let sofar = ''
  for (const part of all) {
    if (sofar.length > room) break
    sofar += `${sofar === '' ? '' : ','}${text(part, room - sofar.length)}`
  }
  return sofar
}

const className = (value: object): string => cut(value.constructor.name, QUOTED)

const count = (length: number): string => length.toLocaleString('en')

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}...` : text)
