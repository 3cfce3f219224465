/** The Python of the documents, run in real PyTorch and Keras: it prints what it says, which is what the TypeScript beside it prints. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { blocks, documents, root, withPictures, type Document } from '../../docs/documents.js'

const run = promisify(execFile)
const folder = join(root, 'test', '.generated', 'python-documents')
const programs = documents().filter((document) => blocks(document, 'python').length > 0)

const codeOf = (document: Document): string => blocks(document, 'python').join('\n')
const printed = (code: string, pattern: RegExp): readonly string[] => [...code.matchAll(pattern)].map(([, text = '']) => text.trim())

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await withPictures(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the Python of the documents', () => {
  it('is there', () => {
    expect(programs.map(({ path }) => path)).toEqual(['docs/migration/keras.md', 'docs/migration/lpips.md', 'docs/migration/piq.md'])
  })

  it.each(programs.map((document) => [document.path, document] as const))('%s runs, and prints what it says', { timeout: 600_000 }, async (path, document) => {
    const library = path.includes('keras') ? 'keras' : 'torch'
    const program = join(folder, 'program.py')
    writeFileSync(program, codeOf(document))
    const runner = join(import.meta.dirname, 'run_document.py')
    const { stdout } = await run(await pythonOf(library), ['-W', 'ignore', runner, library, join(root, 'weights'), program], { cwd: folder })
    const lines = stdout.split('\n').filter((line) => line !== '' && !/^(Setting up|Loading model)/.test(line))
    expect(lines).toEqual(printed(codeOf(document), /^ *print\(.*\) {2}# (.*)$/gm))
  })

  it.each(programs.map((document) => [document.path, document] as const))('%s: the numbers of both sides are the same', (_, document) => {
    const numbers = (texts: readonly string[]): readonly string[] => texts.filter((text) => /\d\.\d/.test(text))
    const python = numbers(printed(codeOf(document), /^ *print\(.*\) {2}# (.*)$/gm))
    expect(numbers(printed(blocks(document, 'ts').join(''), /^ *console\.log\(.*\) \/\/ (.*)$/gm))).toEqual(python)
  })
})
