/** The packed package's types for users: what is refused is refused in the first line of the message, and an editor completes and describes. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from './packed.js'
import { diagnostics, userFolder } from './users/compilers.js'

const typescript = join(root, 'node_modules', 'typescript')
let user: string

beforeAll(async () => {
  user = await userFolder()
  return () => rm(user, { recursive: true, force: true })
}, 400_000)

it('every entry has types, with exports and with typesVersions', async () => {
  interface Manifest {
    readonly types: string
    readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> }
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>
  }
  const { types, typesVersions, exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
  const entries = Object.entries(exports).flatMap(([name, entry]) => (typeof entry === 'string' ? [] : [[name.slice(2), [entry.types]] as const]))
  expect({ '': [types], ...typesVersions['*'] }).toEqual(Object.fromEntries(entries))
})

it('the types are valid and right without exactOptionalPropertyTypes', async () => {
  const found = await diagnostics(user, typescript, ['--module', 'nodenext'])
  // TensorFlow.js' own types do not pass; this package's must.
  expect(
    found.split('\n').filter((line) => /^[^ ]/.test(line) && !line.includes('@tensorflow') && !/^\.\.\/.*node_modules\/(?!perceptual-loss)/.test(line)),
  ).toEqual([])
}, 300_000)

it('the first line of a message names the layer and the network', async () => {
  const program = await readFile(join(user, 'refused.ts'), 'utf8')
  await writeFile(join(user, 'unexpected.ts'), program.replaceAll('@ts-expect-error ', ''))
  const found = await diagnostics(user, typescript, ['--module', 'nodenext', '--skipLibCheck'], ['unexpected.ts'])
  const messages = new Map([...found.matchAll(/^unexpected\.ts\((\d+),.*?: (.*)$/gm)].map(([, line, message]) => [Number(line), message]))
  const lines = program.split('\n')
  const expected = lines.flatMap((line, at) => (line.includes('@ts-expect-error ') ? [{ at: at + 2, words: line.replace(/.*@ts-expect-error /, '') }] : []))
  expect(expected.length).toBeGreaterThan(30)
  expect([...messages.keys()].sort((a, b) => a - b)).toEqual(expected.map(({ at }) => at))
  for (const { at, words } of expected) for (const word of words.split('; ')) expect(messages.get(at), lines[at - 1]).toContain(word)
}, 300_000)

describe('in an editor', () => {
  const IMPORTS = "import { compile, featureAt, lpips, mse, perceptual, pixels, vgg16 } from 'perceptual-loss'\n"
  let text = ''
  let version = 0
  let service: ts.LanguageService
  let file: string

  beforeAll(() => {
    file = join(user, 'editor.ts')
    const { sys } = ts
    service = ts.createLanguageService({
      getCompilationSettings: () => ({
        strict: true,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        target: ts.ScriptTarget.ES2022,
        types: [],
      }),
      getScriptFileNames: () => [file],
      getScriptVersion: () => String(version),
      getScriptSnapshot: (name) => {
        const content = name === file ? text : sys.readFile(name)
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
      },
      getCurrentDirectory: () => user,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (name) => name === file || sys.fileExists(name),
      readFile: (name) => sys.readFile(name),
      readDirectory: (...args) => sys.readDirectory(...args),
      directoryExists: (name) => sys.directoryExists(name),
      getDirectories: (name) => sys.getDirectories(name),
      realpath: (name) => sys.realpath?.(name) ?? name,
    })
  })

  /** Writes the program and gives the place of its `|`. */
  const placed = (program: string): number => {
    text = IMPORTS + program.replace('|', '')
    version += 1
    return (IMPORTS + program).indexOf('|', IMPORTS.length)
  }
  const completions = (program: string): readonly string[] => service.getCompletionsAtPosition(file, placed(program), {})?.entries.map(({ name }) => name) ?? []
  const hover = (program: string): string => ts.displayPartsToString(service.getQuickInfoAtPosition(file, placed(program))?.displayParts)

  it.each(["featureAt('|')", "mse(featureAt('|'))", "compile(mse(featureAt('|')), await vgg16())", "perceptual(['|'])"])(
    '%s completes layers',
    (program) => {
      expect(completions(program)).toEqual(expect.arrayContaining(['block3_conv3', 'relu3_3', 'block5_conv4', 'conv5', 'fire9']))
    },
    300_000,
  )

  it.each(["lpips({ net: '|' })", "compile(lpips({ net: '|' }), await vgg16())"])(
    '%s completes networks',
    (program) => {
      expect([...completions(program)].sort()).toEqual(['alex', 'squeeze', 'vgg'])
    },
    300_000,
  )

  it.each(['compile(mse(pixels), { | })', 'compile(perceptual(), await vgg16(), { | })'])(
    '%s completes options',
    (program) => {
      expect(completions(program)).toEqual(expect.arrayContaining(['range', 'preprocess', 'memory']))
    },
    300_000,
  )

  it('compile is a function with two overloads', () => {
    expect(hover('comp|ile')).toMatch(/function compile<.*\(\+1 overload\)/)
    expect(hover('comp|ile(mse(pixels))')).toMatch(
      /compile<.*\(loss: Loss<never, "target">, options\?: CompileOptions.*\): CompiledLoss<"target"> \(\+1 overload\)/,
    )
    expect(hover('comp|ile(perceptual(), await vgg16())')).toMatch(/extractor: Network<Vgg16Layer>, options\?: CompileOptions.*\(\+1 overload\)/)
  }, 300_000)

  it('a name that is not built in keeps its type', () => {
    expect(hover("const loss|OfMine = mse(featureAt('mine'))")).toBe('const lossOfMine: Compare<"mine", "target">')
  }, 300_000)
})
