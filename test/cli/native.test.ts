/** npx perceptual-loss native where something is in the way: what it says. Programs are shell scripts of the test; the real thing is made by CI. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bindingPath } from '../../src/cli/native/binding.js'
import { complaint } from '../../src/cli/native/runProgram.js'
import { cacheFolder, installNative } from '../../src/cli/native/install.js'
import { lostNative, record, remember } from '../../src/cli/native/recordInManifest.js'
import { libraryFor, pipArguments } from '../../src/cli/native/wheels.js'
import { programIn, putIn } from '../support/fakePrograms.js'

let folder: string
const path = process.env['PATH']

const put = (file: string, text: string): Promise<void> => putIn(folder, file, text)

/** A program on the path; there are no others. */
const program = (name: string, script: string): Promise<void> => programIn(folder, name, script)

const npmPackage = (name: string, at = `project/node_modules/${name}`): Promise<void> =>
  put(`${at}/package.json`, JSON.stringify({ name, version: '4.22.0', main: 'main.js' }))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-native-'))
  process.env['PATH'] = join(folder, 'bin')
  await npmPackage('@tensorflow/tfjs')
  await npmPackage('@tensorflow/tfjs-node-gpu')
  await put('project/node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc', '')
  await put('project/node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js', `throw new Error('getaddrinfo ENOTFOUND')`)
})
afterEach(async () => {
  process.env['PATH'] = path
  await rm(folder, { recursive: true, force: true })
})

/** A library in the cache that looks whole. */
const library = async (): Promise<void> => {
  const at = `cache/${libraryFor(process.platform, process.arch, false)?.name ?? ''}/tensorflow`
  for (const file of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h']) await put(`${at}/${file}`, 'there')
}

const COMPILES = 'exit 0'
const HAS_PIP = 'case "$*" in *--version*) exit 0;; esac'

const said = async (): Promise<readonly string[]> => {
  const lines: string[] = []
  const installation = { project: join(folder, 'project'), cache: join(folder, 'cache'), force: false, say: (line: string) => lines.push(line) }
  const end = await installNative(installation).then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  )
  return [...lines, end]
}

describe('says what is in the way, in one line', () => {
  it('no compiler, before anything large is fetched; and that the ordinary download did not come', async () => {
    expect(await said()).toEqual([
      "trying the package's own download",
      'it failed (getaddrinfo ENOTFOUND)',
      'The native backend was not installed: no C++ compiler (g++) was found. Install it (Debian: apt-get install g++), then run this again.',
    ])
  })

  it('no Python', async () => {
    await program('g++', COMPILES)
    expect((await said()).at(-1)).toMatch(/^The native backend was not installed: no python3 with pip .*apt-get install python3-pip/)
  })

  it('no pip', async () => {
    await program('g++', COMPILES)
    await program('python3', 'case "$*" in *pip*) exit 1;; esac')
    expect((await said()).at(-1)).toMatch(/python3 has no pip/)
  })

  it('pip does not reach its index', async () => {
    await program('g++', COMPILES)
    await program('python3', `${HAS_PIP}\necho "WARNING: retrying" >&2; echo "ERROR: No matching distribution found" >&2; exit 1`)
    expect((await said()).at(-1)).toMatch(/pip did not fetch tensorflow.*\.whl \(No matching distribution found\)\./)
  })

  it('another file than expected, of which nothing stays', async () => {
    await program('g++', COMPILES)
    const wheel = libraryFor(process.platform, process.arch, false)?.wheels[0]
    await program('python3', `${HAS_PIP}\nwhile [ "$1" != --dest ]; do shift; done\necho altered > "$2/${wheel?.file ?? ''}"`)
    expect((await said()).at(-1)).toMatch(
      new RegExp(`SHA-256 [0-9a-f]{64}, expected ${wheel?.sha256 ?? ''}. It was deleted without running anything from it.$`),
    )
    expect(await readdir(join(folder, 'cache'))).toEqual([])
  })

  it('a compiler that fails, with its first error', async () => {
    await library()
    await program('g++', 'case "$*" in *--version*) exit 0;; esac\necho "a.cc:1:2: error: first" >&2; echo "a.cc:2:2: error: second" >&2; exit 1')
    expect((await said()).at(-1)).toMatch(/g\+\+ did not compile the binding \(a\.cc:1:2: error: first\)/)
  })

  it('a binding that does not load under this Node', async () => {
    await library()
    await put('project/node_modules/@tensorflow/tfjs-node-gpu/main.js', `throw new TypeError('util.isArray is not a function')`)
    await program('g++', 'case "$*" in *--version*) exit 0;; esac\nfor last in "$@"; do :; done\n: > "$last"')
    expect((await said()).at(-1)).toMatch(new RegExp(`does not load under Node ${process.version} \\(.*util.isArray is not a function\\). Node 20, 22 and 24`))
  })

  it('a platform without a library', async () => {
    const { platform } = process
    Object.defineProperty(process, 'platform', { value: 'sunos' })
    const lines = await said()
    Object.defineProperty(process, 'platform', { value: platform })
    expect(lines.at(-1)).toMatch(/there is no TensorFlow library for sunos .* in its list\. The WASM backend runs everywhere/)
  })

  it('no TensorFlow.js, or two', async () => {
    await npmPackage('@tensorflow/tfjs', 'project/node_modules/@tensorflow/tfjs-node-gpu/node_modules/@tensorflow/tfjs')
    expect((await said()).at(-1)).toMatch(/tfjs-node-gpu 4\.22\.0 has its own TensorFlow\.js beside the project's 4\.22\.0/)
    await rm(join(folder, 'project/node_modules/@tensorflow/tfjs'), { recursive: true })
    expect((await said()).at(-1)).toMatch(/@tensorflow\/tfjs is not installed in .*\. Install it/)
  })

  it('npm fails, is not there, or is not what the project is managed by', async () => {
    await rm(join(folder, 'project/node_modules/@tensorflow/tfjs-node-gpu'), { recursive: true })
    expect((await said()).at(-1)).toMatch(/npm was not found\. Install Node\.js with npm/)
    await program('npm', 'echo "npm error code E404" >&2; echo "npm error 404 Not Found" >&2; exit 1')
    expect((await said()).at(-1)).toMatch(/npm did not install @tensorflow\/tfjs-node-gpu@4\.22\.0 \(404 Not Found\)/)
    await put('project/pnpm-lock.yaml', '')
    expect((await said()).at(-1)).toMatch(
      /pnpm, which manages this project, .* Run: npx perceptual-loss native --save\. It adds @tensorflow\/tfjs-node-gpu@4\.22\.0 with pnpm\./,
    )
  })
})

describe('without the ops of this package', () => {
  /** A package that works, as far as the installer tries it. */
  const works = async (): Promise<void> => {
    const at = 'project/node_modules/@tensorflow/tfjs-node-gpu'
    await put(relative(folder, bindingPath(join(folder, at))), 'not read')
    await put(
      `${at}/main.js`,
      `require.extensions['.node'] = (module) => { module.exports = { TF_Version: '2.21.0' } }
       module.exports = { matMul: () => ({ dataSync: () => [11] }), getBackend: () => 'tensorflow', backend: () => ({ isUsingGpuDevice: false }) }`,
    )
  }
  const WITHOUT = "this package's ops, which are faster than TensorFlow's, were not added: "

  it('says that there is no compiler, and how to get one', async () => {
    await works()
    expect((await said()).slice(0, 2)).toEqual([
      'it is installed and works: TensorFlow 2.21.0 on the CPU',
      `${WITHOUT}no C++ compiler (g++) was found. Install it (Debian: apt-get install g++), then run this again.`,
    ])
  })

  it('says that the cache is no folder, and how to set another', async () => {
    await works()
    await put('cache', 'a file')
    expect((await said())[1]).toBe(
      `${WITHOUT}a file cannot be read or written (a part of its path is a file, not a folder). Make ${join(folder, 'cache')} a folder that you may write to, or set PERCEPTUAL_LOSS_CACHE to one.`,
    )
  })

  it('says what the compiler said', async () => {
    await works()
    await program('g++', 'case "$*" in *--version*) exit 0;; esac\necho "a.c:1:2: error: first" >&2; exit 1')
    expect((await said())[1]).toBe(`${WITHOUT}g++ did not compile them (a.c:1:2: error: first)`)
  })
})

describe('a cache', () => {
  it('that has the binding and the library needs no compiler', async () => {
    await library()
    await program('g++', 'case "$*" in *--version*) exit 0;; esac\nfor last in "$@"; do :; done\n: > "$last"')
    // It compiles, and no Node loads what the compiler has written.
    expect((await said()).at(-1)).toMatch(/does not load under Node/)
    await rm(join(folder, 'bin', 'g++'))
    const lines = await said()
    expect(lines).toContain('copying the compiled binding from the cache')
    // What the cache has does not load either: only then is it compiled again.
    expect(lines.at(-1)).toMatch(/no C\+\+ compiler \(g\+\+\) was found\./)
  })

  it('of which a file is missing is fetched again', async () => {
    await program('g++', COMPILES)
    await library()
    const name = libraryFor(process.platform, process.arch, false)?.name ?? ''
    await rm(join(folder, 'cache', name, 'tensorflow', 'libtensorflow_cc.so.2'))
    await program('python3', `${HAS_PIP}\necho "ERROR: no network" >&2; exit 1`)
    const lines = await said()
    expect(lines).toContain(`${join(folder, 'cache', name)} is damaged (${join('tensorflow', 'libtensorflow_cc.so.2')} is missing); fetching it again`)
    expect(lines.at(-1)).toMatch(/pip did not fetch/)
  })

  it('that is a file is rejected in one line, with the cure', async () => {
    await program('g++', COMPILES)
    await program('python3', HAS_PIP)
    await put('cache', 'a file')
    expect((await said()).at(-1)).toMatch(/^The native backend was not installed: .*set PERCEPTUAL_LOSS_CACHE to one\.$/)
  })

  it('is the user’s where the variables are empty, and a whole path where they are relative', () => {
    const before = { ...process.env }
    const folderWith = (own: string, users: string): string => {
      Object.assign(process.env, { PERCEPTUAL_LOSS_CACHE: own, XDG_CACHE_HOME: users })
      return cacheFolder()
    }
    const home = join(homedir(), '.cache', 'perceptual-loss')
    const found = [folderWith('', ''), folderWith('', 'relative'), folderWith('', '/cache'), folderWith('here', ''), folderWith('/there', '/cache')]
    process.env = before
    expect(found).toEqual([home, home, '/cache/perceptual-loss', join(process.cwd(), 'here'), '/there'])
  })
})

describe('native --save', () => {
  const NPM = `#!/bin/sh
${JSON.stringify(process.execPath)} -e '
const fs = require("fs"), m = JSON.parse(fs.readFileSync("package.json"))
m.optionalDependencies = { "@tensorflow/tfjs-node-gpu": "4.22.0" }
fs.writeFileSync("package.json", JSON.stringify(m))'`
  const manifest = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'project', 'package.json'), 'utf8'))
  const recorded = { optionalDependencies: { '@tensorflow/tfjs-node-gpu': '4.22.0' } }

  it.each([
    ['no scripts', {}, 'perceptual-loss native || exit 0'],
    ['a postinstall line', { scripts: { postinstall: 'node mine.js' } }, 'node mine.js && (perceptual-loss native || exit 0)'],
  ] as const)('records it beside %s, once', async (_name, before, postinstall) => {
    await put('project/package.json', JSON.stringify({ name: 'mine', ...before }))
    await program('npm', NPM)
    for (let time = 0; time < 2; time++) {
      await record(join(folder, 'project'), () => undefined)
      expect(await manifest()).toEqual({ name: 'mine', ...recorded, scripts: { postinstall } })
    }
  })

  it('asks the package manager that the project has', async () => {
    await put('project/package.json', '{}')
    await put('project/pnpm-lock.yaml', '')
    await expect(record(join(folder, 'project'), () => undefined)).rejects.toThrow(
      /pnpm did not add @tensorflow\/tfjs-node-gpu@4\.22\.0 \(it is not installed\)/,
    )
  })

  it('needs a package.json', async () => {
    await expect(record(join(folder, 'project'), () => undefined)).rejects.toThrow(/no package\.json .*npm init -y/)
  })
})

it('doctor says that the native backend was removed, and how to keep it', async () => {
  const project = join(folder, 'project')
  await put('project/package.json', '{}')
  await remember(project)
  expect(await lostNative(project)).toBeUndefined()
  await rm(join(project, 'node_modules/@tensorflow/tfjs-node-gpu'), { recursive: true })
  expect(await lostNative(project)).toMatch(/^removed by a package manager.*native --save/)
  await put('project/package.json', JSON.stringify({ optionalDependencies: { '@tensorflow/tfjs-node-gpu': '4.22.0' } }))
  expect(await lostNative(project)).toMatch(/^listed in package.json, but removed/)
  await rm(join(project, 'node_modules/.cache'), { recursive: true })
  await put('project/package.json', '{}')
  expect(await lostNative(project)).toBeUndefined()
})

describe('the wheels', () => {
  it('are requested so that pip fetches exactly this file with any Python', () => {
    expect(pipArguments({ file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl', sha256: '' }).join(' ')).toBe(
      '--no-deps --only-binary=:all: --python-version 311 --implementation cp --abi cp311 --platform manylinux_2_27_x86_64 tensorflow-cpu==2.21.0',
    )
    expect(pipArguments({ file: 'a_b-1.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl', sha256: '' }).join(' ')).toBe(
      '--no-deps --only-binary=:all: --python-version 311 --implementation py --abi none --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 a-b==1.2',
    )
  })

  it('are for CUDA where there is CUDA, with a hash each', () => {
    expect(libraryFor('linux', 'x64', true)?.wheels.length).toBeGreaterThan(10)
    expect(libraryFor('linux', 'x64', true)?.wheels.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true)
    expect(libraryFor('linux', 'arm64', true)).toBe(libraryFor('linux', 'arm64', false))
    expect(libraryFor('darwin', 'arm64', false)).toBeUndefined()
  })
})

it("a program's complaint is the line that names the error", () => {
  expect(complaint({ status: 1, out: '', err: 'npm warn old\nError: no room\n    at x.js:1' })).toBe('no room')
  expect(complaint({ status: 1, out: 'first\nlast.\n', err: '' })).toBe('last')
  expect(complaint({ status: 1, out: '', err: '' })).toBe('no output')
})
