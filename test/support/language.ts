/** Evaluates what `show` prints: the face's names, and definitions of one's own by their ids (`acme.edges` inside an object `acme`). */
import { createContext, runInContext } from 'node:vm'
import * as face from '../../src/index.js'
import type { Definition, Loss } from '../../src/index.js'

/** A function that evaluates one expression of the language. */
export const evaluator = (own: readonly Definition[] = []): ((text: string) => Loss<string, string>) => {
  const scope: Record<string, unknown> = { ...face }
  for (const definition of own) {
    const parts = definition.definition.id.split('.')
    const last = parts.pop() ?? ''
    const inside = parts.reduce<Record<string, unknown>>((object, part) => (object[part] ??= {}) as Record<string, unknown>, scope)
    inside[last] = definition
  }
  const context = createContext(scope)
  return (text) => runInContext(text, context) as Loss<string, string>
}
