/**
 * Names in a Python module: valid, none of them a keyword, and each given once.
 */
import { snake } from './literal.js'

/** Names that Python does not let a program define. */
const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield __debug__'

/** Gives an identifier for each name: the name in snake case where it is valid and free, otherwise the like with `_` or a number behind it. */
export const identifiers = (reserved: Iterable<string>): ((name: string) => string) => {
  const taken = new Set([...KEYWORDS.split(' '), ...reserved])
  /** Where to go on counting. */
  const next = new Map<string, number>()
  return (name) => {
    const plain = snake(name).replace(/\W/g, '_')
    const valid = /^\d/.test(plain) || plain === '' ? `_${plain}` : plain
    let found = taken.has(valid) ? `${valid}_` : valid
    for (let number = next.get(valid) ?? 2; taken.has(found); number++) {
      found = `${valid}_${String(number)}`
      next.set(valid, number + 1)
    }
    taken.add(found)
    return found
  }
}

/** The names of a function's options as its parameters, by their own names. */
export const parameterNames = (options: readonly string[]): ReadonlyMap<string, string> => {
  const identifier = identifiers(['reference', 'prediction', 'feature'])
  return new Map(options.map((name) => [name, identifier(name)]))
}

/** Text as it stands in a docstring. */
export const docstring = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')
