/**
 * Limits of a document, checked before it is decoded, without recursion, stopping at the first excess.
 */
import type { JsonProblem } from '../errors/lossError.js'

/** The deepest nesting of values. */
export const MAX_DEPTH = 128

/** The most values and keys, and the most characters in strings, of a document. */
export const MAX_VALUES = 20_000
export const MAX_CHARACTERS = 2 ** 21

/** The problem of a whole document. */
export const documentProblem = (received: string, expected: string): JsonProblem => ({ path: '', received, expected, known: [], nearest: undefined })

export const tooDeep = documentProblem(`values nested in more than ${String(MAX_DEPTH)} levels`, `at most ${String(MAX_DEPTH)} levels`)
export const tooMany = documentProblem(`more than ${String(MAX_VALUES)} values`, `at most ${String(MAX_VALUES)} values`)
export const tooLong: JsonProblem = documentProblem(`more than ${String(MAX_CHARACTERS)} characters`, `at most ${String(MAX_CHARACTERS)} characters`)

/** The limit that a value exceeds, or undefined. Walks level by level, and counts before it descends. */
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
