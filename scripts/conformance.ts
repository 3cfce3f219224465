/**
 * The same numbers everywhere: `npm run conformance` runs the suite on every backend and the package under every runtime, and writes docs/conformance.md.
 *
 * `--systems 'wasm; webgl'` runs some of the backends and prints their table in place of writing it. `--references` makes test/goldens/conformance.json anew instead, in
 * PyTorch (an environment is made under .cache/python the first time), where the weights of all networks are.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { dawnDriver } from './conformance/dawnDriver.js'
import { makeReferences } from './conformance/references.js'
import { markdown, type RuntimeRow } from './conformance/report.js'
import { absences, conformance, systemsHere } from './conformance/run.js'
import { chromiumVersion } from './conformance/runSystem.js'
import { CHECKS, programOf, RUNTIMES, tried, userFolder, versionOf } from './conformance/runtimes.js'
import { UNHELD } from './conformance/systems.js'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const version = async (name: string): Promise<string> =>
  (JSON.parse(await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as { readonly version: string }).version

const runtimes = async (): Promise<readonly RuntimeRow[]> => {
  const folder = await userFolder()
  const rows: RuntimeRow[] = []
  for (const runtime of RUNTIMES) {
    const program = await programOf(runtime)
    const checks: Record<string, string> = {}
    for (const check of CHECKS)
      checks[check] = await tried(check, runtime, program, folder).then(
        () => 'works',
        (error: unknown) => (error instanceof Error ? (error.message.split('\n').find((text) => text.includes('rror')) ?? error.message) : String(error)),
      )
    say(`${runtime.name}: ${JSON.stringify(checks)}`)
    rows.push({ name: runtime.name, version: await versionOf(program), checks: checks as RuntimeRow['checks'] })
  }
  await rm(folder, { recursive: true, force: true })
  return rows
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { references: { type: 'boolean', default: false }, systems: { type: 'string' } } })
  if (values.references) {
    await makeReferences()
    return
  }
  const known = [...systemsHere(), ...UNHELD]
  const chosen = values.systems?.split(';').map((name) => name.trim())
  absences().forEach(({ system, needs }) => {
    say(`${system} is not here: it needs ${needs}`)
  })
  const unknown = chosen?.find((name) => !known.some((system) => system === name))
  if (unknown !== undefined) throw new Error(`--systems: received ${unknown}, expected some of ${known.join('; ')}.`)
  const { outcomes } = await conformance(
    known.filter((system) => chosen?.includes(system) ?? true),
    say,
  )
  const versions = {
    '@tensorflow/tfjs': await version('@tensorflow/tfjs'),
    Node: process.versions.node,
    Chromium: await chromiumVersion(),
    'webgpu (Dawn)': await version('webgpu'),
  }
  const text = markdown({
    versions,
    outcomes,
    absences: absences(),
    driver: dawnDriver()?.name,
    runtimes: chosen === undefined ? await runtimes() : [],
  })
  if (chosen === undefined) await writeFile(new URL('../docs/conformance.md', import.meta.url), text)
  else process.stdout.write(text)
}

try {
  await main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
