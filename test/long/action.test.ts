/** The GitHub Action: its steps, as a runner runs them, with the runner's variables. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root, window } from '../matcher/project.js'
import { compiled } from '../support/compiled.js'

interface Step {
  readonly id?: string
  readonly if?: string
  readonly shell?: string
  readonly run?: string
  readonly uses?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, string>>
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as Action
const program = `#!/bin/sh\nexec "${process.execPath}" "${compiled('src/cli/main.ts')}" "$@"\n`

let home = ''
const at = (...names: readonly string[]): string => join(home, ...names)
const executable = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await chmod(path, 0o755)
}
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'perceptual-loss-action-'))
  for (const folder of ['work/a b', 'work/actual', 'temp', 'bin']) await mkdir(at(folder), { recursive: true })
  for (const file of ['work/a b/same.png', 'work/actual/same.png', 'work/a b/far.png']) await writeFile(at(file), await window('#2463eb'))
  await writeFile(at('work/actual/far.png'), await window('#eb2424'))
})
afterEach(() => rm(home, { recursive: true }))

interface Done {
  readonly status: number
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
  /** The steps that were used, not run, with their arguments. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[]
}

const lines = async (file: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await readFile(file, 'utf8')).split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const]))) // prettier-ignore

/** Runs the steps like a runner: each in `bash -eo pipefail`, the expressions filled in, after a failure only those that ask for it. */
const runAction = async (given: Readonly<Record<string, string>>): Promise<Done> => {
  const inputs = { ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: usual = '' }]) => [name, usual])), ...given }
  const outputs: Record<string, Readonly<Record<string, string>>> = {}
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ (inputs|steps)\.([\w-]+)(?:\.outputs\.([\w-]+))? \}\}/g, (_, kind: string, name: string, output: string | undefined) =>
      kind === 'inputs' ? (inputs[name] ?? '') : (outputs[name]?.[output ?? ''] ?? ''),
    )
  const [summary, used]: [string, { uses: string; with: Readonly<Record<string, string>> }[]] = [at('summary.md'), []]
  await writeFile(summary, '')
  let status = 0
  for (const [i, { id = String(i), if: condition, shell, run, uses, env = {}, with: args = {} }] of action.runs.steps.entries()) {
    if (uses !== undefined) {
      // The one condition there is: the job was not cancelled, and there is a report.
      expect(condition).toBe("${{ !cancelled() && steps.compare.outputs.report != '' }}")
      if (outputs['compare']?.['report'] !== undefined)
        used.push({ uses, with: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, filled(value)])) })
      continue
    }
    if (status !== 0) continue
    expect(shell).toBe('bash')
    // Nothing of a user's is put into a script, where it would be run.
    expect(run).not.toContain('${{')
    const [script, output] = [at(`${id}.sh`), at(`${id}.txt`)]
    await writeFile(script, run ?? '')
    await writeFile(output, '')
    const variables = {
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: at('temp'),
      GITHUB_ACTION_PATH: root,
      GITHUB_WORKSPACE: at('work'),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
    }
    const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]))
    status = await new Promise<number>((resolve) => {
      const path = `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`
      execFile(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', script],
        { cwd: at('work'), env: { ...process.env, PATH: path, ...variables, ...own } },
        (error) => {
          resolve(error === null ? 0 : Number(error.code))
        },
      )
    })
    outputs[id] = await lines(output)
  }
  return {
    status,
    summary: await readFile(summary, 'utf8'),
    used,
    outputs: Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)])),
  }
}

describe('the action, in a project that has the package', () => {
  beforeEach(() => executable(at('work', 'node_modules', '.bin', 'perceptual-loss'), program))

  it('fails where a bound is exceeded, and keeps the summary and the report', async () => {
    const { status, summary, outputs, used } = await runAction({ references: 'a b', pictures: 'actual', max: 'lpips=0.05,dists=0.5', min: 'psnr=40' })
    expect(status).toBe(1)
    expect(summary).toMatch(/^### 1 of 2 comparisons failed\n/)
    expect(summary).toMatch(/\| failed \| `a b\/far\.png` \| far\.png \| .*lpips.*dists.*psnr [\d.]+ dB\*\* \(at least 40 dB\)/)
    expect(outputs).toEqual({ passed: 'false', report: 'perceptual-loss-report/report.html' })
    expect(used).toEqual([{ uses: 'actions/upload-artifact@v4', with: { name: 'perceptual-loss-report', path: 'perceptual-loss-report' } }])
    expect(await readFile(at('work', outputs['report']!), 'utf8')).toContain('<title>1 of 2 comparisons failed</title>')
  })

  it('passes within the bounds, into a folder of that name, and takes names for names', async () => {
    const { status, summary, outputs } = await runAction({ references: 'a b', pictures: 'actual', max: 'lpips=0.9', report: '$(touch pwned) `touch pwned`' })
    expect(status).toBe(0)
    expect(summary).toMatch(/^### 2 comparisons, none failed\n/)
    expect(outputs).toEqual({ passed: 'true', report: '$(touch pwned) `touch pwned`/report.html' })
    await expect(readFile(at('work', 'pwned'))).rejects.toThrow('ENOENT')
  })

  it('fails for wrong inputs, without a report', async () => {
    const { status, summary, outputs, used } = await runAction({ references: 'none', pictures: 'actual' })
    expect([status, summary, used]).toEqual([2, '', []])
    expect(outputs).toEqual({ passed: 'false', report: '' })
  })
})

it('the action, elsewhere, installs the package of its own version with what it needs into the folder of the runner', async () => {
  const installed = at('temp', 'perceptual-loss', 'node_modules', '.bin', 'perceptual-loss')
  await executable(at('program'), program)
  await executable(at('bin', 'npm'), `#!/bin/sh\necho "$@" > "${at('npm.txt')}"\nmkdir -p "${dirname(installed)}"\ncp "${at('program')}" "${installed}"\n`)
  const { status } = await runAction({ references: 'a b', pictures: 'a b' })
  expect(status).toBe(0)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  expect((await readFile(at('npm.txt'), 'utf8')).trim()).toBe(
    `install --prefix ${at('temp', 'perceptual-loss')} --no-audit --no-fund perceptual-loss@${version} @tensorflow/tfjs@4 @tensorflow/tfjs-backend-wasm@4 sharp`,
  )
})
