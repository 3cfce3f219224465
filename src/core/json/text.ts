/**
 * Parses JSON text and, unlike `JSON.parse`, rejects texts that are too long, too deep or of too many values, before parsing, and duplicate keys in one object.
 */
import { either as E } from 'fp-ts'
import type { JsonProblem } from '../errors/lossError.js'
import { formatValue } from '../errors/formatValue.js'
import { MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, tooDeep, tooLong, tooMany, documentProblem } from './documentLimits.js'

/** The value of a JSON text, or what is wrong with the text. */
export const readJson = (text: unknown): E.Either<JsonProblem, unknown> => {
  if (typeof text !== 'string') return E.left(documentProblem(formatValue(text), 'text'))
  if (text.length > MAX_CHARACTERS) return E.left(tooLong)
  const tooMuch = textProblem(text)
  if (tooMuch !== undefined) return E.left(tooMuch)
  const value = E.tryCatch(
    (): unknown => JSON.parse(text),
    (error) => documentProblem(`text that is not JSON (${error instanceof Error ? error.message : 'unreadable'})`, 'JSON'),
  )
  if (E.isLeft(value)) return value
  const twice = repeatedKey(text)
  return twice === undefined ? value : E.left(documentProblem(`an object with the key ${formatValue(twice)} twice`, 'each key once'))
}

/** The limit that a text exceeds, by its brackets and commas outside strings. Any text will do, JSON or not. */
const textProblem = (text: string): JsonProblem | undefined => {
  let [depth, commas, inString] = [0, 0, false]
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '"') inString = !inString
    else if (inString) i += character === '\\' ? 1 : 0
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    else if (character === ',') commas++
    if (depth > MAX_DEPTH) return tooDeep
    if (commas > MAX_VALUES) return tooMany
  }
  return undefined
}

/** A duplicate key in one object of a valid JSON text. */
const repeatedKey = (text: string): string | undefined => {
  const open: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOfString(text, i)
      const keys = open.at(-1)
      if (keys !== undefined && isKey(text, end)) {
        const key = JSON.parse(text.slice(i, end)) as string
        if (keys.has(key)) return key
        keys.add(key)
      }
      i = end - 1
    }
  }
  return undefined
}

/** The place after the closing quote. */
const endOfString = (text: string, start: number): number => {
  let i = start + 1
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i + 1
}

/** Whether a colon comes next. */
const isKey = (text: string, end: number): boolean => {
  let i = end
  while (/\s/.test(text[i] ?? ':')) i++
  return text[i] === ':'
}
