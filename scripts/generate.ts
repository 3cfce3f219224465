/**
 * Renews everything that is derived from the sources: `npm run generate -- [NAME...]`.
 *
 * With names, only the pages and pictures of these losses are made again. `--without STEP` leaves a step out: `counterexamples` and `references` take minutes, and `references`
 * needs Python.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** The steps in their order: later ones show what earlier ones made. */
const STEPS: Readonly<Record<string, (names: readonly string[]) => readonly string[]>> = {
  schema: () => ['scripts/make-schema.ts'],
  api: () => ['scripts/api.ts', '--local'],
  pages: (names) => ['scripts/docs-pages.ts', ...names],
  pictures: (names) => ['scripts/docs-pictures.ts', ...names],
  counterexamples: () => ['test/laws/find-counterexamples.ts'],
  references: () => ['scripts/conformance.ts', '--references'],
}

const root = fileURLToPath(new URL('..', import.meta.url))

const run = (args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => {
      resolve(code ?? 1)
    })
  })

const { values, positionals } = parseArgs({ options: { without: { type: 'string', multiple: true, default: [] } }, allowPositionals: true })
const unknown = values.without.find((step) => !Object.hasOwn(STEPS, step))
if (unknown !== undefined) throw new Error(`--without received '${unknown}', expected one of ${Object.keys(STEPS).join(', ')}.`)

for (const [step, argsOf] of Object.entries(STEPS)) {
  if (values.without.includes(step)) continue
  console.log(`${step}:`)
  const status = await run(argsOf(positionals))
  if (status !== 0) process.exit(status)
}
