/**
 * Ids of definitions. They appear in the text of a loss, so each must be an identifier.
 */

const idPattern = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/

/** Words that cannot be ids: names of the loss language, and reserved words of TypeScript. */
const reserved: ReadonlySet<string> = new Set([
  ...['pixels', 'featureAt', 'sum', 'weighted', 'mean', 'named', 'against'],
  ...[
    'break',
    'case',
    'catch',
    'class',
    'const',
    'continue',
    'debugger',
    'default',
    'delete',
    'do',
    'else',
    'enum',
    'export',
    'extends',
    'false',
    'finally',
    'for',
  ],
  ...[
    'function',
    'if',
    'import',
    'in',
    'instanceof',
    'let',
    'new',
    'null',
    'return',
    'static',
    'super',
    'switch',
    'this',
    'throw',
    'true',
    'try',
    'typeof',
    'var',
  ],
  ...['void', 'while', 'with', 'yield', 'await', 'async', 'arguments', 'eval', 'undefined', 'NaN', 'Infinity'],
  ...['implements', 'interface', 'package', 'private', 'protected', 'public'],
])

/** Why an id is invalid; undefined if it is valid. */
export const idProblem = (id: unknown): string | undefined => {
  if (typeof id !== 'string' || !idPattern.test(id)) return "the id must be a name like 'mse' or 'acme.edges' (letters, digits, _ and $, parts joined by dots)"
  return reserved.has(id.split('.')[0] ?? '') ? 'its first word is reserved by the loss language or by TypeScript' : undefined
}
