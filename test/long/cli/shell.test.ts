/** The command line in a shell: pipes, completion, how fast --help is. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands/index.js'
import { command } from '../../cli/process.js'
import { said } from '../../cli/said.js'
import { compiled } from '../../support/compiled.js'

const golden = (name: string): string => fileURLToPath(new URL(`../../goldens/images/${name}`, import.meta.url))
const [coffee, blurred] = [golden('coffee.png'), golden('coffee_blur.png')]

describe('pipes', () => {
  const ran = async (script: string) => {
    const [program, ...args] = command(['compare'])
    const quoted = [program, ...args].map((word) => `'${word}'`).join(' ')
    return spawnSync('bash', ['-c', script.replace('COMPARE', quoted)], { encoding: 'utf8', input: await readFile(blurred) })
  }

  it.each([
    ['- is standard input, here the reference of two', `COMPARE - '${coffee}' '${blurred}' --loss psnr --csv --backend cpu`, [30.773, Infinity]],
    ['process substitution', `COMPARE <(cat '${coffee}') <(cat '${blurred}') --loss psnr --csv --backend cpu`, [30.773]],
  ])('%s', async (_, script, values) => {
    const { status, stdout, stderr } = await ran(script)
    expect([status, stderr]).toEqual([0, ''])
    // The PSNR of the catalogue's pair, and of a picture and itself.
    expect(stdout.trim().split('\n').slice(1).map((line) => Number(line.split(',')[2]))).toEqual(values.map((value) => expect.closeTo(value, 2) as unknown)) // prettier-ignore
  })
})

it('bash completes commands, options and files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-completion-'))
  await writeFile(join(folder, 'ours.json'), '{}')
  const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { out } = await said('completion', 'bash')
    const typed = `COMP_WORDS=(perceptual-loss ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length)}`
    const script = `${out}\n${typed}\n_perceptual_loss\nprintf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder }).trim().split('\n')
  }
  expect(await complete('')).toEqual([...Object.keys(COMMANDS), '--help', '--version'])
  expect(await complete('com')).toEqual(['compare', 'completion'])
  expect(await complete('compare', 'a.png', '--m')).toEqual(['--max', '--min', '--memory'])
  expect(await complete('show', 'our')).toEqual(['ours.json'])
  await rm(folder, { recursive: true })
})

it('--help takes less than half a second of the processor, and does not load TensorFlow.js', () => {
  const main = compiled('src/cli/main.ts')
  const hook = 'import { writeSync } from "node:fs"; export const load = (url, context, next) => { writeSync(2, url + "\\n"); return next(url, context) }'
  const told = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)})`
  const loads = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(told)}`, main, 'compare', '--help'], { encoding: 'utf8' }) // prettier-ignore
  expect([loads.status, loads.stdout.includes('EXAMPLES'), loads.stderr.includes('cli/commands/compareCommand.js'), loads.stderr.includes('@tensorflow')]).toEqual([0, true, true, false]) // prettier-ignore
  // Of the processor, not of the clock, for other tests share the machine: 0.1 s; TensorFlow.js would take 0.5 s more.
  const seconds = Array.from({ length: 5 }, () => {
    const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time "$0" "$1" compare --help > /dev/null`, process.execPath, main], { encoding: 'utf8' }) // prettier-ignore
    return stderr.trim().split(' ').reduce((sum, part) => sum + Number(part), 0) // prettier-ignore
  })
  expect(seconds.sort((a, b) => a - b)[2]).toBeLessThan(0.5)
})
