/** The command lines of README and the documents: each runs as it stands, beside pictures of the names that it has. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode, mae, pixels } from '../../../src/index.js'
import { blocks, documents, root, withPictures } from '../../docs/documents.js'
import { command } from '../../cli/process.js'

const run = promisify(execFile)
const folder = join(root, 'test', '.generated', 'commands')

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await withPictures(folder)
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(encode(mae(pixels))))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Each line once; `native`, `convert`, `worker`, `merge`, `report` and `accept` have tests of their own, and need files that a checkout lacks, or a shell. */
const lines = [...new Set(documents().flatMap((document) => blocks(document, 'sh').flatMap((code) => code.split('\n'))))]
  .filter((line) => line.startsWith('npx perceptual-loss '))
  .map((line) => line.replace(/ +#.*$/, '').trim())
  .filter((line) => !/ (native|convert|worker|merge|report|accept)\b/.test(line))

/** Painting, in a few steps. */
const quick = (words: readonly string[]): readonly string[] =>
  ['stylize', 'invert'].includes(words[0] ?? '') ? [...words, '--steps', '2', '--size', '64'] : words

describe('the command lines of the documents', () => {
  it('are there', () => {
    expect(lines.length).toBeGreaterThanOrEqual(10)
  })

  it.each(lines)('%s', { timeout: 300_000 }, async (line) => {
    const words = line.split(/\s+/).slice(2)
    const [program, ...args] = command(quick(words))
    const { code, stderr } = await run(program, args, { cwd: folder }).then(
      ({ stderr: said }) => ({ code: 0, stderr: said }),
      (error: unknown) => error as { readonly code: number; readonly stderr: string },
    )
    // Pictures that are too far apart, as the document says.
    expect(code, stderr).toBe(line.includes('--max') ? 1 : 0)
  })
})
