/** A project of a user's, inside the checkout so that packages are found: its files, and its test runner as a process. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import type { ComparisonRecord } from '../../src/testReport/comparisonRecord.js'
import { readRecords } from '../../src/testReport/recordFolder.js'

const run = promisify(execFile)

/** The checkout. */
export const root = dirname(dirname(import.meta.dirname))

/** What a process said, without colours. */
export interface Ran {
  readonly code: number
  readonly out: string
}

/** A new folder with these files. */
export const project = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const home = join(root, 'test', '.generated')
  await mkdir(home, { recursive: true })
  const folder = await mkdtemp(join(home, 'matcher-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** Runs a program of node_modules there; CI is unset unless said. */
export const runIn = (folder: string, program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> => {
  // Runners look at what the runner around them has set.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CI|GITHUB_ACTIONS|VITEST|VITEST_.*|TEST|NODE_ENV|FORCE_COLOR|NODE_OPTIONS)$/.test(name))
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1', ...environment }
  return run(process.execPath, [join(root, 'node_modules', program), ...args], { cwd: folder, env, maxBuffer: 2 ** 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as Ran & { readonly stdout: string; readonly stderr: string }
      return { code, out: stdout + stderr }
    },
  )
}

/** A little window with a button of this colour, as PNG. */
export const window = async (button: string, [height, width]: readonly [number, number] = [40, 60]): Promise<Buffer> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">
    <rect width="100%" height="100%" fill="#f4f4f4"/><rect width="100%" height="9" fill="#345"/><rect x="16" y="18" width="28" height="14" rx="3" fill="${button}"/></svg>`
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer()
}

/** The report of a run there: its page, its records, and the rows of its list: status, test, reference. */
export const reported = async (
  folder: string,
): Promise<{ readonly page: string; readonly records: readonly ComparisonRecord[]; readonly rows: readonly string[] }> => {
  const page = await readFile(join(folder, 'perceptual-loss-report', 'report.html'), 'utf8')
  const items = page.matchAll(/<li data-status="(\w+)">\s*<a[^>]*>\s*<span[^>]*>[^<]*<\/span> ([^<]*) <small>([^<]*)<\/small>/g)
  const rows = Array.from(items, ([, status = '', reference = '', test = '']) => `${status} ${test} ${reference}`.replaceAll('&gt;', '>'))
  return { page, records: await readRecords(join(folder, 'perceptual-loss-report')), rows }
}
