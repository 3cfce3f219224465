/**
 * npx perceptual-loss native as real processes: two at once, damaged caches, empty variables. Small programs of the test stand for the compiler and pip, and a library of
 * three small files for TensorFlow's; each program waits until its twin has come as far, so that two installers do the same thing at the same time.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { libraryFor } from '../../src/cli/native/wheels.js'
import { command } from '../cli/process.js'
import { compiledUrl } from '../support/compiled.js'
import { programIn, putIn } from '../support/fakePrograms.js'

let folder: string
const NODE = JSON.stringify(process.execPath)

const put = (file: string, text: string): Promise<void> => putIn(folder, file, text)

/** A program on the path; there are no others. */
const program = (name: string, script: string): Promise<void> => programIn(folder, name, script)

/** A project with the native package, whose binding is a file of JSON that Node is told to read. */
const project = async (name: string): Promise<void> => {
  const pack = `${name}/node_modules/@tensorflow/tfjs-node-gpu`
  await put(`${name}/node_modules/@tensorflow/tfjs/package.json`, JSON.stringify({ name: '@tensorflow/tfjs', version: '4.22.0' }))
  await put(`${pack}/package.json`, JSON.stringify({ name: '@tensorflow/tfjs-node-gpu', version: '4.22.0', main: 'main.js' }))
  await put(`${pack}/binding/tfjs_binding.cc`, '')
  await put(
    `${pack}/main.js`,
    `module.exports = { matMul: () => ({ dataSync: () => [11] }), getBackend: () => 'tensorflow', backend: () => ({ isUsingGpuDevice: false }) }`,
  )
}

/** Ends when `count` programs have come here. */
const meet = `
const fs = require('fs')
fs.mkdirSync(process.env.MEETING, { recursive: true })
fs.writeFileSync(process.env.MEETING + '/' + process.pid, '')
const late = Date.now() + 60_000
const wait = () => (fs.readdirSync(process.env.MEETING).length >= Number(process.env.TOGETHER) || Date.now() > late ? done() : setTimeout(wait, 10))
`

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-processes-'))
  await put('json.cjs', `const { '.node': own } = require.extensions
require.extensions['.node'] = (m, file) => file.endsWith('tfjs_binding.node') ? (m.exports = JSON.parse(require('fs').readFileSync(file, 'utf8'))) : own(m, file)`) // prettier-ignore
  await put('compile.cjs', `${meet}\nconst done = () => fs.writeFileSync(process.argv.at(-1), '{"TF_Version":"2.21.0"}')\nwait()`)
  await program('g++', `case "$*" in *--version*) exit 0;; esac\nexec ${NODE} ${join(folder, 'compile.cjs')} "$@"`)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly status: number
  readonly lines: readonly string[]
}

const run = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve) => {
    const [node, ...rest] = args
    const all = { PATH: join(folder, 'bin'), HOME: join(folder, 'home'), MEETING: join(folder, 'meeting'), TOGETHER: '1', ...env }
    const child = execFile(node ?? '', rest, { cwd: join(folder, cwd), env: all }, (_error, out, err) => {
      resolve({ status: child.exitCode ?? -1, lines: `${out}${err}`.split('\n').filter((line) => line !== '' && !/^perceptual-loss: \d+ done/.test(line)) })
    })
  })

const native = (cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  run(command(['native']), cwd, { NODE_OPTIONS: `--require ${join(folder, 'json.cjs')}`, PERCEPTUAL_LOSS_CACHE: join(folder, 'cache'), ...env })

const FILES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h']
const NAME = libraryFor(process.platform, process.arch, false)?.name ?? ''

/** A library that is whole, in a cache. */
const library = async (cache = 'cache'): Promise<void> => {
  for (const file of FILES) await put(`${cache}/${NAME}/tensorflow/${file}`, 'there')
}

const binding = (of: string): string => join(folder, of, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node')

const WORKS = 'native: it works: TensorFlow 2.21.0 on the CPU'
const leftovers = async (): Promise<readonly string[]> => (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.tmp'))

/** The bindings in the cache; beside them are the addons, which keep TensorFlow's log lines off the error output and have our convolutions. */
const bindings = async (): Promise<readonly string[]> =>
  (await readdir(join(folder, 'cache', 'bindings'))).filter((name) => !/^(quiet|convolutions)-/.test(name))

describe('two installers at once', () => {
  it.each([
    ['in one project', ['mine', 'mine']],
    ['in two projects with one cache', ['mine', 'yours']],
  ] as const)('%s both compile, both work and leave one binding', async (_name, projects) => {
    for (const name of new Set(projects)) await project(name)
    await library()
    const ended = await Promise.all(projects.map((name) => native(name, { TOGETHER: '2' })))
    expect(ended.map(({ status, lines }) => [status, lines.includes('native: compiling the binding with g++'), lines.includes(WORKS)])).toEqual([
      [0, true, true],
      [0, true, true],
    ])
    for (const name of projects) expect(await readFile(binding(name), 'utf8')).toBe('{"TF_Version":"2.21.0"}')
    expect(await bindings()).toHaveLength(1)
    expect(await leftovers()).toEqual([])
  })

  it.each(['nothing', 'a damaged library'])('both fetch a library into a cache with %s, and one whole folder stays', async (before) => {
    const file = 'small-1.0-py3-none-any.whl'
    await put('pip.cjs', `${meet}\nconst done = () => fs.writeFileSync(process.argv[2] + '/${file}', 'a wheel')\nwait()`)
    await put('unpack.cjs', `const fs = require('fs'), path = require('path')
for (const file of ${JSON.stringify(FILES)}) {
  const at = path.join(process.argv[2], 'tensorflow', file)
  fs.mkdirSync(path.dirname(at), { recursive: true })
  fs.writeFileSync(at, 'there')
}`) // prettier-ignore
    await program(
      'python3',
      `case "$*" in *--version*) exit 0;; -c*) exec ${NODE} ${join(folder, 'unpack.cjs')} "$4";; esac
while [ "$1" != --dest ]; do shift; done
exec ${NODE} ${join(folder, 'pip.cjs')} "$2"`,
    )
    const wheel = { file, sha256: createHash('sha256').update('a wheel').digest('hex') }
    const module = compiledUrl('src/cli/native/library.ts')
    const cache = join(folder, 'cache')
    await mkdir(cache)
    await put('fetch.mjs', `const { libraryFolder } = await import(${JSON.stringify(module)})
console.log(await libraryFolder(${JSON.stringify(cache)}, ${JSON.stringify({ name: 'small', wheels: [wheel] })}, console.log))`) // prettier-ignore
    if (before !== 'nothing') await put('cache/small/tensorflow/libtensorflow_cc.so.2', 'there')
    const fetch = (): Promise<Ended> => run([process.execPath, join(folder, 'fetch.mjs')], '.', { TOGETHER: '2' })
    const ended = await Promise.all([fetch(), fetch()])
    for (const { status, lines } of ended) {
      expect([status, lines.at(-1)]).toEqual([0, join(cache, 'small', 'tensorflow')])
      expect(lines.some((line) => line.includes('is damaged ('))).toBe(before !== 'nothing')
    }
    expect(await readdir(cache)).toEqual(['small'])
    for (const name of FILES) expect(await readFile(join(cache, 'small', 'tensorflow', name), 'utf8')).toBe('there')
  })
})

describe('one installer', () => {
  it('compiles a damaged binding of the cache again', async () => {
    await project('mine')
    await library()
    expect((await native('mine')).lines).toContain(WORKS)
    const [kept = ''] = await bindings()
    await put(`cache/bindings/${kept}`, '')
    await rm(dirname(binding('mine')), { recursive: true })
    const { status, lines } = await native('mine')
    expect(status).toBe(0)
    expect(lines.some((line) => line.startsWith('native: the binding in the cache does not load ('))).toBe(true)
    expect(lines).toContain(WORKS)
    expect(await readFile(join(folder, 'cache', 'bindings', kept), 'utf8')).toBe('{"TF_Version":"2.21.0"}')
  })

  it.each([
    { PERCEPTUAL_LOSS_CACHE: '', XDG_CACHE_HOME: '' },
    { PERCEPTUAL_LOSS_CACHE: '', XDG_CACHE_HOME: 'relative' },
  ])("with %j takes the user's cache folder, and makes none in the project", async (env) => {
    await project('mine')
    await library('home/.cache/perceptual-loss')
    const { status, lines } = await native('mine', env)
    expect([status, lines.includes(WORKS)]).toEqual([0, true])
    expect(await readdir(join(folder, 'home/.cache/perceptual-loss'))).toContain('bindings')
    expect([...(await readdir(join(folder, 'mine')))]).toEqual(['node_modules'])
    expect(existsSync(join(folder, 'cache'))).toBe(false)
  })

  it('with a file in place of the cache folder fails with one line that says what to do', async () => {
    await project('mine')
    await put('cache', 'a file')
    await program('python3', 'exit 0')
    const { status, lines } = await native('mine')
    expect(status).not.toBe(0)
    expect(lines.filter((line) => line.startsWith('perceptual-loss: '))).toEqual([
      expect.stringMatching(/^perceptual-loss: The native backend was not installed: .*set PERCEPTUAL_LOSS_CACHE to one\.$/),
    ])
  })
})
