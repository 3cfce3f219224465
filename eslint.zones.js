/** Imports between the rooms of src: a lint rule that refuses everything that its table does not allow. */
import { dirname, join, relative } from 'node:path'

const SRC = join(import.meta.dirname, 'src')

/**
 * What each room may import besides itself: rooms with all that is in them, files at the root of src (`index.ts`), and `node:` for Node's own modules and sharp.
 * A folder without a row may import nothing.
 */
export const ZONES = {
  'core/errors': [],
  'core/arguments': ['core/errors'],
  'core/protobuf': [],
  'core/tensors': ['core/errors', 'core/arguments'],
  'core/language': ['core/errors', 'core/arguments'],
  'core/define': ['core/errors', 'core/arguments', 'core/language'],
  'core/notation': ['core/arguments', 'core/language'],
  'core/json': ['core/errors', 'core/arguments', 'core/language'],
  'core/plan': ['core/errors', 'core/language'],
  'core/evaluate': ['core/errors', 'core/language', 'core/tensors', 'core/plan'],
  'core/tiling': ['core/errors', 'core/language', 'core/tensors', 'core/plan', 'core/evaluate'],
  'core/compile': ['core/errors', 'core/arguments', 'core/language', 'core/tensors', 'core/plan', 'core/evaluate', 'core/tiling'],
  'core/explain': ['core/errors', 'core/arguments', 'core/language', 'core/tensors', 'core/plan', 'core/tiling', 'core/compile'],
  'core/weights': ['core/errors', 'core/arguments', 'core/language', 'core/tensors', 'core/plan', 'core/compile'],
  'layers/kernels': ['core/errors', 'core/language', 'core/tensors'],
  'layers/architecture': ['core/errors', 'core/arguments', 'core/tensors', 'layers/kernels'],
  'layers/weights': ['core', 'layers/architecture'],
  'layers/networks': ['core', 'layers/kernels', 'layers/architecture', 'layers/weights'],
  'layers/models': ['core', 'layers/architecture', 'layers/weights'],
  'layers/features': ['core', 'layers/networks'],
  'metrics/ops': ['core'],
  'metrics/learned': ['core'],
  metrics: ['core', 'metrics/ops', 'metrics/learned'],
  combinators: ['core'],
  recipes: ['core', 'layers', 'metrics', 'combinators'],
  python: ['core', 'layers', 'metrics'],
  onnx: ['core', 'layers'],
  reports: ['core'],
  distributions: ['core'],
  laws: ['index.ts', 'core'],
  node: ['index.ts', 'builtInDefinitions.ts', 'core', 'node:'],
  testReport: ['core/errors', 'core/arguments', 'node', 'node:'],
  matcher: ['index.ts', 'node', 'core', 'testReport', 'node:'],
  cli: ['index.ts', 'python/index.ts', 'reports/index.ts', 'distributions', 'onnx/index.ts', 'node', 'testReport', 'matcher', 'node:'],
}

/** The row that a path below src belongs to: the innermost; undefined for files at the root of src, which may import all. */
const roomOf = (path) =>
  Object.keys(ZONES)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]

const isBelow = (path, place) => path === place || path.startsWith(`${place}/`)

/** Why a file of src may not import this, or undefined. */
export const importProblem = (file, specifier) => {
  const from = relative(SRC, file)
  const room = roomOf(from)
  if (room === undefined && !from.includes('/')) return undefined
  const allowed = ZONES[room] ?? []
  const problem = `src/${room ?? dirname(from)} may import ${allowed.length === 0 ? 'nothing else of src' : allowed.join(', ')} (ZONES in eslint.zones.js), but not ${specifier}.`
  if (/^node:|^sharp$/.test(specifier)) return allowed.includes('node:') ? undefined : problem
  if (!specifier.startsWith('.')) return undefined
  const to = relative(SRC, join(dirname(file), specifier.replace(/\.js$/, '.ts')))
  return room !== undefined && (roomOf(to) === room || allowed.some((place) => isBelow(to, place))) ? undefined : problem
}

/** The lint rule, for imports and exports of every kind, types included. */
export const zones = {
  meta: { type: 'problem', schema: [] },
  create: (context) => {
    const check = (source) => {
      const problem = typeof source?.value === 'string' ? importProblem(context.filename, source.value) : undefined
      if (problem !== undefined) context.report({ node: source, message: problem })
    }
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
    }
  },
}
