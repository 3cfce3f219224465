/** The compilers of users, over the packed package. */
import { execFile } from 'node:child_process'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { installed, root } from '../packed.js'

const run = promisify(execFile)

/** Every entry of the package has types. */
const SUBPATHS = `
import { compile } from 'perceptual-loss/web'
import { checkLaws } from 'perceptual-loss/laws'
import { readImage } from 'perceptual-loss/node'
import { toLookLike as jest } from 'perceptual-loss/jest'
import { toLookLike as playwright } from 'perceptual-loss/playwright'
import { toLookLike as vitest } from 'perceptual-loss/vitest'

// @ts-expect-error a number is no path: without types, anything would be accepted
export const wrong = () => readImage(5)
// @ts-expect-error neither is it a loss
export const wrongLoss = () => compile(5)
export const all = { checkLaws, jest, playwright, vitest }
`

/** What is only type-checked. */
export const PROGRAMS = ['accepted.ts', 'refused.ts', 'subpaths.ts']

/** A new folder with the package, the optional peers that its entries have types of, and the programs. */
export const userFolder = async (): Promise<string> => {
  const folder = await installed()
  for (const name of ['vitest', 'expect', 'fast-check', '@playwright/test', '@types/node']) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link, 'junction')
  }
  await writeFile(join(folder, 'subpaths.ts'), SUBPATHS)
  for (const program of ['accepted.ts', 'refused.ts']) await cp(join(import.meta.dirname, program), join(folder, program))
  return folder
}

/** TensorFlow.js' own types do not pass without `skipLibCheck`. */
const ALWAYS = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--pretty', 'false']

/** What a compiler prints about the programs; nothing where all is well. */
export const diagnostics = async (folder: string, typescript: string, options: readonly string[], programs: readonly string[] = PROGRAMS): Promise<string> =>
  run('node', [join(typescript, 'bin', 'tsc'), ...ALWAYS, ...options, ...programs], { cwd: folder, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  )
