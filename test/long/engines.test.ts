/** Many pictures under real engines, by the packed package: a Spark cluster that loses a machine in the middle, and GNU parallel; their reports are the one process'. */
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../scripts/python/environment.js'
import { installed, root } from '../package/packed.js'
import { COUNT, lineOf, tinyPictures } from './tiny.js'

const PAIRS = 240
const HERE = '127.0.0.1'

/** The package as users install it, whose command starts in half the time that the sources take: engines start it some forty times here. */
let user = ''
/** The command as engines call it, from any folder. */
let command: readonly string[] = []
let folder = ''
let input = ''
let alone = ''
const at = (name: string): string => join(folder, name)
const options = (): readonly string[] => ['--root', folder, '--loss', 'psnr,ssim', '--backend', 'cpu']
const merged = (...files: readonly string[]): string => execFileSync(command[0]!, [...command.slice(1), 'merge', '--json', ...files], { encoding: 'utf8' })

beforeAll(async () => {
  user = await installed()
  await symlink(join(root, 'node_modules', 'sharp'), join(user, 'node_modules', 'sharp'), 'junction')
  command = [process.execPath, join(user, 'node_modules', 'perceptual-loss', 'dist', 'cli', 'main.js')]
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-engines-'))
  await tinyPictures(folder)
  // Some fail: their pictures are not there.
  input = Array.from({ length: PAIRS }, (_, i) => (i % 50 === 7 ? lineOf(i, String(i), 'none.png') : lineOf(i))).join('')
  await writeFile(at('pairs.ndjson'), input)
  await writeFile(at('alone.ndjson'), execFileSync(command[0]!, [...command.slice(1), 'worker', ...options()], { input }))
  alone = merged(at('alone.ndjson'))
}, 600_000)
afterAll(async () => {
  for (const made of [folder, user]) await rm(made, { recursive: true, force: true })
})

type Started = ChildProcessByStdio<null, Readable, Readable>

describe('Spark', () => {
  const processes: Started[] = []
  /** In a group of its own, so that a machine can be lost with all that runs on it. */
  const start = (file: string, args: readonly string[], env: NodeJS.ProcessEnv): Started => {
    const child = spawn(file, args, { env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    processes.push(child)
    return child
  }
  const lose = (child: Started): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  afterAll(() => processes.forEach(lose))

  /** What it says on either output, from now on; resolves with the first match. */
  const says = (child: Started, words: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      let heard = ''
      const hear = (piece: Buffer): void => {
        heard += piece.toString()
        const found = words.exec(heard)
        if (found !== null) resolve(found)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('close', () => {
        reject(new Error(`It ended before it said ${String(words)}:\n${heard.slice(-4000)}`))
      })
    })

  let home = ''
  let address = ''
  let env: NodeJS.ProcessEnv = {}
  const machines: Started[] = []
  beforeAll(async () => {
    const python = await pythonOf('spark', undefined)
    home = execFileSync(python, ['-c', 'import pyspark; print(pyspark.__path__[0])'], { encoding: 'utf8' }).trim()
    env = { SPARK_HOME: home, SPARK_LOCAL_IP: HERE, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python, SPARK_LOG_DIR: folder }
    const javaClass = (name: string, ...args: readonly string[]): Started =>
      start(join(home, 'bin', 'spark-class'), [`org.apache.spark.deploy.${name}`, '--host', HERE, ...args], env)
    const master = javaClass('master.Master', '--port', '0', '--webui-port', '0')
    ;[address = ''] = await says(master, /spark:\/\/127\.0\.0\.1:\d+/)
    machines.push(...[1, 2].map((i) => javaClass('worker.Worker', '--cores', '1', '--memory', '1g', '--webui-port', '0', '--work-dir', at(`machine-${String(i)}`), address))) // prettier-ignore
    await Promise.all(machines.map((machine) => says(machine, /Successfully registered with master/)))
  }, 600_000)

  /** Submits the program of the example, which saves lines in a folder; `ended` is its status, with what it said. */
  const submit = (lines: string, results: string, partitions: number, ...asked: readonly string[]) => {
    const program = fileURLToPath(new URL('../../examples/spark/compare_pictures.py', import.meta.url))
    const settings = ['spark.executor.memory=512m', 'spark.ui.enabled=false', 'spark.cores.max=2', 'spark.executor.cores=1'].flatMap((one) => ['--conf', one])
    const what = [at(lines), at(results), '--partitions', String(partitions), '--command', command.join(' '), ...asked]
    const driver = start(join(home, 'bin', 'spark-submit'), ['--master', address, ...settings, program, ...what], env)
    let [out, err] = ['', '']
    driver.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    driver.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
    const ended = once(driver, 'close').then(([status]) => ({ status: status as number | null, out, err }))
    return { driver, ended }
  }

  /** What a submission saved: its parts in order. */
  const saved = async (results: string): Promise<string> => {
    const parts = (await readdir(at(results))).filter((name) => name.startsWith('part-')).sort()
    return (await Promise.all(parts.map((part) => readFile(join(at(results), part), 'utf8')))).join('')
  }

  it('gives the statistics of features of one process', { timeout: 1_500_000 }, async () => {
    const features = ['--features', '--root', folder, '--layer', 'block1_conv2', '--backend', 'cpu']
    const pictures = Array.from({ length: COUNT }, (_, i) => `${JSON.stringify({ picture: `${String(i)}.png` })}\n`).join('')
    await writeFile(at('pictures.ndjson'), pictures)
    await writeFile(at('features-alone.ndjson'), execFileSync(command[0]!, [...command.slice(1), 'worker', ...features], { input: pictures }))
    const { status, out, err } = await submit('pictures.ndjson', 'features', 2, ...features).ended
    expect([status, err.slice(-2000)]).toEqual([0, expect.anything()])
    expect(JSON.parse(out)).toMatchObject({ count: COUNT, dimension: 64 })
    expect(out).toBe(merged(at('features-alone.ndjson')))
    expect(await saved('features')).toBe(await readFile(at('features-alone.ndjson'), 'utf8'))
  })

  it('gives the report of one process, a machine of two lost in the middle', { timeout: 1_500_000 }, async () => {
    const { driver, ended } = submit('pairs.ndjson', 'results', 6, ...options())
    // Both machines work, and some of it is done.
    const [, , second] = await says(
      driver,
      /Starting task [\d.]+ in stage 0\.0[^]*executor (\d)[^]*Starting task [\d.]+ in stage 0\.0[^]*executor (\d)[^]*Finished task/,
    )
    expect(second).toMatch(/[01]/)
    lose(machines[1]!)
    const { status, out, err } = await ended
    expect([status, err.slice(-2000)]).toEqual([0, expect.anything()])
    expect(err).toMatch(/Lost executor|Lost task/)

    expect(out).toBe(alone)
    expect(await saved('results')).toBe(await readFile(at('alone.ndjson'), 'utf8'))
  })
})

describe('GNU parallel', () => {
  it('gives the results of one process, in order, from two at a time', { timeout: 600_000 }, async () => {
    const quoted = [...command, 'worker', '--threads', '1', ...options()].map((word) => `'${word}'`).join(' ')
    const results = execFileSync('parallel', ['--pipe', '--keep-order', '--jobs', '2', '--block', '4k', quoted], { input, encoding: 'utf8' })
    expect(results).toBe(await readFile(at('alone.ndjson'), 'utf8'))
    await writeFile(at('parallel.ndjson'), results)
    expect(merged(at('parallel.ndjson'))).toBe(alone)
  })
})
