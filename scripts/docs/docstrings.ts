/**
 * The docstrings of the public face, and those of the options, read by TypeScript itself.
 */
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** What stands above an export. */
export interface Docstring {
  /** The paragraphs before 'Value:' and 'Source:'. */
  readonly about: readonly string[]
  /** The values, where they are told. */
  readonly value: string | undefined
  readonly source: string | undefined
  readonly options: readonly OptionDoc[]
}

/** One option: its name, and what its docstring says. */
export interface OptionDoc {
  readonly name: string
  readonly about: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The docstrings of these exports of src/index.ts. */
export const docstrings = (names: readonly string[]): ReadonlyMap<string, Docstring> => {
  const program = ts.createProgram([`${root}src/index.ts`], { ...ts.getDefaultCompilerOptions(), ...config(), noEmit: true })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(`${root}src/index.ts`)
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
  const found = module === undefined ? [] : checker.getExportsOfModule(module)
  return new Map(
    names.map((name) => {
      const exported = found.find((symbol) => symbol.name === name)
      if (exported === undefined) throw new Error(`src/index.ts exports no ${name}.`)
      return [name, docstringOf(checker, checker.getAliasedSymbol(exported), optionsOf(checker, found, name))]
    }),
  )
}

const config = (): ts.CompilerOptions => {
  const { config: json } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } }
  return ts.convertCompilerOptionsFromJson(json.compilerOptions, root).options
}

/** JSDoc of one symbol, its 'Source:' taken out of the tag that it stands after. */
const docstringOf = (checker: ts.TypeChecker, symbol: ts.Symbol, options: readonly OptionDoc[]): Docstring => {
  const tags = symbol.getJsDocTags(checker).flatMap(({ name, text }) => (name === 'example' ? [] : [ts.displayPartsToString(text)]))
  const paragraphs = [
    ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    ...tags.map((text) => text.slice(Math.max(0, text.search(/^Source: /m)))),
  ]
    .flatMap((text) => text.split(/\n\n|\n(?=Source: )/))
    .map((text) => text.trim().replaceAll(/\s*\n\s*/g, ' '))
  const after = (start: string): string | undefined => paragraphs.find((text) => text.startsWith(start))?.slice(start.length)
  const end = paragraphs.findIndex((text) => /^(Value|Source): /.test(text))
  return { about: end < 0 ? paragraphs : paragraphs.slice(0, end), value: after('Value: '), source: after('Source: '), options }
}

/** The options of `ssim` are the members of `SsimOptions`; an adversarial loss has `AdversarialOptions`. */
const optionsOf = (checker: ts.TypeChecker, exports: readonly ts.Symbol[], name: string): readonly OptionDoc[] => {
  const capital = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Options`
  const own = { ...SHARED }[name] ?? capital
  const type = exports.find((symbol) => symbol.name === own)
  if (type === undefined) return []
  return checker
    .getDeclaredTypeOfSymbol(checker.getAliasedSymbol(type))
    .getProperties()
    .map((property) => ({
      name: property.name,
      about: ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll(/\s*\n\s*/g, ' '),
    }))
}

/** Options that go by another name. */
const SHARED: Readonly<Record<string, string>> = {
  nonSaturating: 'AdversarialOptions',
  leastSquares: 'AdversarialOptions',
  hinge: 'AdversarialOptions',
  wasserstein: 'AdversarialOptions',
  realEsrgan: 'EsrganOptions',
}
