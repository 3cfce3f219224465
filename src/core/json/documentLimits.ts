/**
 * What a document may be at most, found out before anything else looks at it, without recursion and without reading on.
 */
import type { JsonProblem } from '../errors/error.js'

/** How deep values may be inside each other. */
export const MAX_DEPTH = 128

/** How many values and keys, and how many characters in strings, a document may have. */
export const MAX_VALUES = 20_000
export const MAX_CHARACTERS = 2 ** 21

/** The problem of a whole document. */
export const documentProblem = (received: string, expected: string): JsonProblem => ({ path: '', received, expected, known: [], nearest: undefined })

export const tooDeep = documentProblem(`values nested in more than ${String(MAX_DEPTH)} levels`, `at most ${String(MAX_DEPTH)} levels`)
export const tooMany = documentProblem(`more than ${String(MAX_VALUES)} values`, `at most ${String(MAX_VALUES)} values`)
export const tooLong: JsonProblem = documentProblem(`more than ${String(MAX_CHARACTERS)} characters`, `at most ${String(MAX_CHARACTERS)} characters`)

/** Why a value is more than a document may be, or undefined. It looks at one level after the other, and counts before it looks. */
export const limitProblem = (document: unknown): JsonProblem | undefined => {
  let [values, characters] = [1, 0]
  let level: readonly unknown[] = [document]
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return tooDeep
    const below: unknown[] = []
    for (const value of level) {
      if (typeof value === 'string') characters += value.length
      if (typeof value !== 'object' || value === null) continue
      const keys = Array.isArray(value) ? undefined : Object.keys(value)
      values += keys === undefined ? (value as readonly unknown[]).length : 2 * keys.length
      if (values > MAX_VALUES) return tooMany
      below.push(...(keys ?? []), ...(Object.values(value) as readonly unknown[]))
    }
    if (characters > MAX_CHARACTERS) return tooLong
    level = below
  }
  return undefined
}
