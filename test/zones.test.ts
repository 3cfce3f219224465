/** Imports of src point one way (CONTRIBUTING.md): a bad import planted in each room is refused by the lint rule, every folder is in a room, and no files import each other in a circle. */
import { Linter } from 'eslint'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url).pathname
const { ZONES, zones } = (await import(new URL('../eslint.zones.js', import.meta.url).href)) as {
  readonly ZONES: Readonly<Record<string, readonly string[]>>
  readonly zones: never
}

/** Imports that each room may not have, as paths below src or names of packages, and one that it may. */
const PLANTED: Readonly<Record<string, readonly [bad: readonly string[], good: string]>> = {
  'core/errors': [['core/language/loss', 'core/arguments/guards', 'node:fs', 'sharp'], 'core/errors/either'],
  'core/arguments': [['core/language/loss', 'core/tensors/images', 'index'], 'core/errors/error'],
  'core/protobuf': [['core/errors/lossError', 'core/tensors/images', 'node/graphs/savedModel'], 'core/protobuf/other'],
  'core/tensors': [['core/language/loss', 'core/compile/compile'], 'core/arguments/guards'],
  'core/language': [['core/define/define', 'core/plan/plan', 'core/tensors/images', 'layers/features/gram'], 'core/arguments/definitionOptions'],
  'core/define': [['core/compile/compile', 'core/tensors/images', 'metrics/mse'], 'core/language/loss'],
  'core/notation': [['core/compile/compile', 'core/json/decode'], 'core/language/fold'],
  'core/json': [['core/define/define', 'builtInDefinitions'], 'core/language/fold'],
  'core/plan': [['core/evaluate/features', 'core/tensors/images'], 'core/language/terms'],
  'core/evaluate': [['core/compile/compile', 'core/tiling/grid'], 'core/plan/plan'],
  'core/tiling': [['core/compile/compile', 'core/explain/explain'], 'core/evaluate/features'],
  'core/compile': [['core/explain/explain', 'core/json/decode', 'node:fs'], 'core/tiling/tiled'],
  'core/explain': [['core/weights/balance', 'core/json/decode'], 'core/compile/compile'],
  'core/weights': [['core/explain/explain', 'core/json/decode'], 'core/compile/compile'],
  'layers/kernels': [['layers/networks/vgg16', 'core/compile/compile'], 'core/tensors/engine'],
  'layers/architecture': [['layers/networks/vgg16', 'layers/weights/format'], 'layers/kernels/windows'],
  'layers/weights': [['layers/networks/vgg16', 'layers/kernels/pooling', 'node:fs'], 'layers/architecture/networkTable'],
  'layers/networks': [['layers/features/gram', 'layers/models/freeze'], 'layers/weights/format'],
  'layers/models': [['layers/networks/vgg16', 'layers/kernels/pooling'], 'layers/architecture/preprocessing'],
  'layers/features': [['layers/weights/format', 'metrics/mse', 'index'], 'layers/networks/vgg16'],
  'metrics/ops': [['metrics/mse', 'metrics/learned/lpipsHeads', 'layers/features/gram'], 'core/tensors/safeSqrt'],
  'metrics/learned': [['metrics/mse', 'metrics/ops/paired'], 'core/arguments/codecs'],
  metrics: [['layers/features/gram', 'reports/report', 'recipes/lpips'], 'metrics/ops/paired'],
  combinators: [['metrics/mse', 'recipes/lpips'], 'core/language/loss'],
  recipes: [['python/pythonForm', 'index'], 'metrics/mse'],
  python: [['combinators/sum', 'node/index'], 'layers/networks/vgg16'],
  onnx: [['metrics/mse', 'index', 'node:fs'], 'layers/kernels/convolution'],
  reports: [['layers/features/gram', 'cli/main'], 'core/errors/error'],
  distributions: [['metrics/mse', 'reports/dyadic', 'index', 'node:fs'], 'core/language/feature'],
  laws: [['metrics/mse', 'node/index', 'node:fs'], 'index'],
  node: [['layers/features/gram', 'cli/main'], 'core/compile/stepRunner'],
  matcher: [['layers/features/gram', 'cli/main'], 'node/index'],
  testReport: [['index', 'matcher/testRun'], 'node/reason'],
  cli: [['core/language/loss', 'layers/features/gram'], 'node/index'],
}

/** What the lint rule says to an import of a file in this room, and of one in a folder inside it. */
const said = (room: string, target: string): readonly string[] => {
  const config: Linter.Config = { files: ['**/*.ts'], plugins: { rooms: { rules: { zones } } }, rules: { 'rooms/zones': 'error' } }
  const linter = new Linter({ cwd: root })
  return [`src/${room}/planted.ts`, `src/${room}/inside/planted.ts`].flatMap((file) => {
    const up = file
      .split('/')
      .slice(2)
      .map(() => '..')
      .join('/')
    const specifier = /^node:|^sharp$/.test(target) ? target : `${up}/${target}.js`
    return [`import '${specifier}'`, `export * from '${specifier}'`, `await import('${specifier}')`].flatMap((text) =>
      linter.verify(text, config, file).map(({ message }) => message),
    )
  })
}

describe.each(Object.entries(PLANTED))('src/%s', (room, [bad, good]) => {
  it.each(bad)('may not import %s', (target) => {
    const refused = said(room, target)
    expect(refused).toHaveLength(6)
    for (const message of refused) expect(message).toMatch(new RegExp(`^src/${room} may import `))
  })

  it(`may import ${good}`, () => {
    expect(said(room, good)).toEqual([])
  })
})

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

describe('the files of src', () => {
  it('are each in a room, which has its bad imports here', () => {
    expect(files.filter((file) => file.includes('/') && !Object.keys(ZONES).some((room) => file.startsWith(`${room}/`)))).toEqual([])
    expect(Object.keys(PLANTED).sort()).toEqual(Object.keys(ZONES).sort())
  })

  it('have a name of their own each, but for index.ts', () => {
    const names = files.map((file) => file.split('/').at(-1) ?? '').filter((name) => name !== 'index.ts')
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('import each other in no circle, also of types', () => {
    const imports = new Map(files.map((file) => [file, importsOf(file)]))
    expect(circle(imports)).toEqual([])
  })

  it('a planted circle is found', () => {
    expect(
      circle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['d', 'b']],
          ['d', []],
        ]),
      ),
    ).toEqual(['b', 'c', 'b'])
  })
})

const importsOf = (file: string): readonly string[] =>
  ts
    .preProcessFile(readFileSync(join(root, 'src', file), 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName.replace(/\.js$/, '.ts')))

/** The first circle, from a file back to itself; none is []. */
const circle = (imports: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...path, file])
      if (found.length > 0) return found
    }
    done.add(file)
    return []
  }
  for (const file of imports.keys()) {
    const found = walk(file, [])
    if (found.length > 0) return found
  }
  return []
}
