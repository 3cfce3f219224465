/** The `@example` blocks of the public docstrings, read by TypeScript itself, each as a program of its own. */
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './documents.js'

/** The modules that users import, by the files that they are. */
const MODULES: Readonly<Record<string, string>> = {
  'perceptual-loss': 'src/index.ts',
  'perceptual-loss/node': 'src/node/index.ts',
  'perceptual-loss/laws': 'src/laws/index.ts',
  'perceptual-loss/python': 'src/python/index.ts',
  'perceptual-loss/reports': 'src/reports/index.ts',
  'perceptual-loss/onnx': 'src/onnx/index.ts',
  'perceptual-loss/distributions': 'src/distributions/index.ts',
  'perceptual-loss/vitest': 'src/matcher/vitest.ts',
  'perceptual-loss/jest': 'src/matcher/jest.ts',
  'perceptual-loss/playwright': 'src/matcher/playwright.ts',
  'perceptual-loss/comparator': 'src/matcher/comparator.ts',
}

/** One example. */
export interface Example {
  /** What it is an example of, and which of its examples it is. */
  readonly name: string
  readonly of: string
  readonly code: string
}

export interface Examples {
  readonly examples: readonly Example[]
  /** The module of each export. */
  readonly moduleOf: ReadonlyMap<string, string>
}

/** All of them, each once. */
export const docstringExamples = (): Examples => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } }
  const files = Object.values(MODULES).map((file) => join(root, file))
  const program = ts.createProgram(files, { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options, noEmit: true })
  const checker = program.getTypeChecker()
  const moduleOf = new Map<string, string>()
  const symbols = new Map<ts.Symbol, string>()
  for (const [module, file] of Object.entries(MODULES))
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(join(root, file))!)!)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      if (!moduleOf.has(exported.name)) moduleOf.set(exported.name, module)
      if (!symbols.has(symbol)) symbols.set(symbol, exported.name)
      for (const member of symbol.members?.values() ?? []) if (!symbols.has(member)) symbols.set(member, `${exported.name}.${member.name}`)
    }
  const examples = [...symbols].flatMap(([symbol, of]) =>
    symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === 'example')
      .map(({ text }, i) => ({ name: `${of}, ${String(i + 1)}`, of, code: ts.displayPartsToString(text) })),
  )
  return { examples, moduleOf }
}

const parsed = (code: string): ts.SourceFile => ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true)

/** The names that a piece of code uses and does not declare. */
export const freeNames = (code: string): readonly string[] => {
  const [used, declared] = [new Set<string>(), new Set<string>()]
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isDeclared(node)) declared.add(node.text)
    else if (ts.isIdentifier(node) && !isProperty(node)) used.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(parsed(code))
  return [...used].filter((name) => !declared.has(name))
}

const isDeclared = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent) || ts.isImportClause(parent)) return true
  return (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) && parent.name === node
}

const isProperty = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === node
  return ts.isBindingElement(parent) && parent.propertyName === node
}

/** An example whose last expression is told to `said`, with what the comment after it says. */
export const told = (code: string): string => {
  const last = parsed(code).statements.at(-1)
  const says = last === undefined ? undefined : /^\s*\/\/ (.*)$/.exec(code.slice(last.end))?.[1]
  if (last === undefined || says === undefined || !ts.isExpressionStatement(last)) return code
  return `${code.slice(0, last.getStart())}said(${JSON.stringify(says)}, ${last.expression.getText()})\n`
}
