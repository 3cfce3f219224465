/** Every file is written beside its place and then renamed: killed in the middle, or with no room for it, the old one is as it was. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compiled, compiledUrl } from '../support/compiled.js'

const ROOT = join(import.meta.dirname, '../..')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-writers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const source = (path: string): string => JSON.stringify(compiledUrl(`src/${path}`))
const PICTURE = 'const picture = tf.randomUniform([64, 64, 3]); await writeImage(file, picture)'
const HEAD = `import * as tf from '@tensorflow/tfjs'; const file = process.argv[1]`
const COMMAND = (args: string): string => `import { runCommandLine } from ${source('cli/commandLine.ts')}; process.exitCode = await runCommandLine(${args})`
const photo = JSON.stringify(join(ROOT, 'test/goldens/images/chelsea.png'))
const other = JSON.stringify(join(ROOT, 'test/goldens/images/chelsea_blur.png'))
const weights = JSON.stringify(join(ROOT, 'weights/alexnet.safetensors'))

/** Programs that write the file they are given, and their exit status on failure: 3 for a command, 1 for a plain program, from Node itself. */
const WRITERS: readonly (readonly [name: string, file: string, status: number, program: string])[] = [
  ['writeImage', 'picture.png', 1, `${HEAD}; import { writeImage } from ${source('node/index.ts')}; ${PICTURE}`],
  [
    'convertWeightsFile',
    'weights.safetensors',
    1,
    `import { convertWeightsFile } from ${source('node/index.ts')}; await convertWeightsFile(${weights}, process.argv[1], { force: true })`,
  ],
  ['the command convert', 'weights2.safetensors', 3, COMMAND(`['convert', ${weights}, process.argv[1], '--force']`)],
  ['the command heatmap', 'sheet.png', 3, COMMAND(`['heatmap', ${photo}, ${other}, process.argv[1], '--loss', 'mse', '--backend', 'cpu']`)],
  [
    'a sheet or a reference',
    'reference.png',
    1,
    `import { replacePicture } from ${source('node/replaceFile.ts')}; await replacePicture(process.argv[1], new Uint8Array(100_000))`,
  ],
]

describe('with no room for the file', () => {
  // ulimit -f counts blocks of 1 KB in bash; a file that grows beyond it cannot be written (EFBIG), as on a full disk.
  it.each(WRITERS)('%s says so, and leaves the old file and nothing else', async (_name, name, failed, program) => {
    const file = join(folder, name)
    await writeFile(file, 'the old file')
    const { status, stderr } = spawnSync('bash', ['-c', 'ulimit -f 1; exec "$@"', 'bash', process.execPath, '--input-type=module', '-e', program, file], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(stderr).toMatch(/cannot be written: the file exceeds the size limit/)
    expect(status).toBe(failed)
    expect(await readFile(file, 'utf8')).toBe('the old file')
    expect((await readdir(folder)).filter((one) => one.startsWith(name) || one.endsWith('.tmp'))).toEqual([name])
  })

  it.skipIf(!existsSync('/dev/full'))('a command says that its results cannot be written', () => {
    const { status, stderr } = spawnSync('bash', ['-c', 'exec "$@" > /dev/full', 'bash', process.execPath, compiled('src/cli/main.ts'), 'show', 'lpips'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(stderr).toBe('perceptual-loss: the results cannot be written: the disk is full\n')
    expect(status).toBe(3)
  })
})

describe('killed in the middle', () => {
  it('the file is one of the two that were written, whole', async () => {
    const file = join(folder, 'killed.bin')
    const program = `import { replaceFile } from ${source('node/replaceFile.ts')}; const [a, b] = [1, 2].map((byte) => new Uint8Array(2 ** 24).fill(byte));
      await replaceFile(process.argv[1], a); console.log('first'); for (;;) { await replaceFile(process.argv[1], b); await replaceFile(process.argv[1], a) }`
    for (const wait of [0, 3, 11, 29, 53]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((done) => child.on('close', done))
      await new Promise((first) => child.stdout.once('data', first))
      await new Promise((waited) => setTimeout(waited, wait))
      child.kill('SIGKILL')
      await ended
      const bytes = await readFile(file)
      expect(bytes).toHaveLength(2 ** 24)
      expect([1, 2]).toContain(bytes[0])
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
    }
  })

  /** What makes a process kill itself where half of the file is written, or all of it but not renamed. */
  const KILLS = {
    'with half of the file written':
      'writeFile: async (file, bytes, options) => { await real.writeFile(file, bytes.subarray(0, bytes.length / 2), options); kill() }',
    'before the renaming': 'rename: async () => kill()',
  } as const
  const preload = (kill: string): string =>
    `data:text/javascript,${encodeURIComponent(`
    import fs from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    const real = { ...fs }
    const kill = () => process.kill(process.pid, 'SIGKILL')
    const killing = { ${kill} }
    for (const name of Object.keys(killing)) fs[name] = (file, ...others) => String(file).endsWith('.tmp') ? killing[name](file, ...others) : real[name](file, ...others)
    syncBuiltinESMExports()
  `)}`
  const moments = Object.keys(KILLS) as readonly (keyof typeof KILLS)[]

  it.each(WRITERS.flatMap(([writer, name, , program]) => moments.map((moment) => [writer, moment, name, program] as const)))(
    '%s, %s, leaves the old file',
    async (_writer, moment, name, program) => {
      const inside = await mkdtemp(join(folder, 'killed-'))
      const file = join(inside, name)
      await writeFile(file, 'the old file')
      const run = (...before: readonly string[]) =>
        spawnSync(process.execPath, [...before, '--input-type=module', '-e', program, file], { cwd: ROOT, encoding: 'utf8' })
      expect(run('--import', preload(KILLS[moment]))).toMatchObject({ signal: 'SIGKILL' })
      expect(await readFile(file, 'utf8')).toBe('the old file')
      const [beside = '', ...others] = (await readdir(inside)).filter((one) => one !== name)
      expect(beside).toMatch(/^\.[0-9a-f-]{36}\.tmp$/)
      expect(others).toEqual([])
      const half = (await readFile(join(inside, beside))).length
      expect(run()).toMatchObject({ signal: null, status: 0 })
      const whole = (await readFile(file)).length
      expect(half).toBe(moment === 'before the renaming' ? whole : Math.floor(whole / 2))
    },
  )
})
