/**
 * The TypeScript and JavaScript of every document: type-checked as it stands, and run in a folder with the pictures that it speaks of. Each document is one program.
 *
 * What a line prints is what its comment says: `console.log(...) // text`; a drawing, what stands below its code.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { blocks, documents, root, withPictures, type Document } from '../../docs/documents.js'
import { typeErrors } from '../../docs/typeErrors.js'
import { vgg19File } from '../../support/sharedWeights.js'
import { tokensFile } from '../../support/onnxTokens.js'
import { GIVEN } from './given.js'

const folder = join(root, 'test', '.generated', 'documents')

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** A Mermaid drawing stands in the comment of the line before it, which prints it. */
const withDrawings = ({ path, text }: Document): Document => ({
  path,
  text: text.replaceAll(
    /^(console\.log\(toMermaid\(.*\)\))\n```\n\n```mermaid\n([\s\S]*?)^```$/gm,
    (_, line: string, drawing: string) => `${line} // ${oneLine(drawing)}\n\`\`\``,
  ),
})

/** README's tour has a test of its own (test/readme.test.ts). */
const programs = documents()
  .map((document) => ({ document, code: document.path === 'README.md' ? blocks(document, 'js') : blocks(withDrawings(document), 'ts', 'js') }))
  .filter(({ code }) => code.length > 0)

const fileOf = ({ path }: Document, suffix = ''): string => join(folder, `${path.replaceAll(/[/.]/g, '-')}${suffix}.ts`)

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await withPictures(folder)
  const vgg19 = vgg19File()
  if (vgg19 !== undefined) writeFileSync(join(folder, 'vgg19.safetensors'), vgg19)
  copyFileSync(join(root, 'test', 'goldens', 'onnx', 'residual.onnx'), join(folder, 'resnet50.onnx'))
  for (const name of ['dino', 'dreamsim', 'dino-maps']) writeFileSync(join(folder, `${name}.onnx`), tokensFile(name === 'dino-maps'))
  for (const { document, code } of programs) {
    const program = `${GIVEN[document.path] ?? ''}${code.join('\n')}\nexport {}\n`
    writeFileSync(fileOf(document), program)
    writeFileSync(fileOf(document, '-run'), told(program))
  }
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A test runner that runs what it is told of at once. */
const AT_ONCE = 'const describe = (_: string, tests: () => void): void => tests()\nconst it = (_: string, test: () => void): void => test()'

/** What a line prints goes to the test, with what its comment says. */
const told = (program: string): string =>
  program
    .replaceAll(/^( *)console\.log\((.*)\) \/\/ (.*)$/gm, (_, indent: string, what: string, says: string) => `${indent}said(${JSON.stringify(says)}, ${what})`)
    .replaceAll(/^import \{ describe, it \} from 'vitest'.*$/gm, AT_ONCE)

describe('the code of the documents', () => {
  it('compiles in TypeScript', { timeout: 300_000 }, async () => {
    const paths = {
      'perceptual-loss': ['../../../src/index.ts'],
      'perceptual-loss/node': ['../../../src/node/index.ts'],
      'perceptual-loss/laws': ['../../../src/laws/index.ts'],
      'perceptual-loss/python': ['../../../src/python/index.ts'],
      'perceptual-loss/reports': ['../../../src/reports/index.ts'],
      'perceptual-loss/onnx': ['../../../src/onnx/index.ts'],
      'perceptual-loss/distributions': ['../../../src/distributions/index.ts'],
    }
    const files = programs.map(({ document }) => fileOf(document))
    expect(await typeErrors(folder, files, { paths, noPropertyAccessFromIndexSignature: false })).toBe('')
  })

  const [home, print] = [process.cwd(), vi.spyOn(console, 'log')]
  afterEach(() => {
    process.chdir(home)
  })

  it.for(programs.map(({ document }) => [document.path, document] as const))(
    '%s runs, and prints what it says',
    { timeout: 300_000 },
    async ([path, document], { skip }) => {
      skip(
        readFileSync(fileOf(document), 'utf8').includes('vgg19.safetensors') && !existsSync(join(folder, 'vgg19.safetensors')),
        'VGG19 is not in the package',
      )
      process.chdir(folder)
      print.mockImplementation(() => undefined)
      const wrong: string[] = []
      const said = (text: string, ...values: readonly unknown[]): void => {
        const [expected, printed] = [oneLine(text), oneLine(format(...values))]
        if (expected !== printed) wrong.push(`${path} says '${expected}' and prints '${printed}'`)
      }
      Object.assign(globalThis, { said })
      await import(/* @vite-ignore */ fileOf(document, '-run'))
      expect(wrong).toEqual([])
    },
  )
})
