/** What a user trusts when installing the package: dependencies, their licences, the lock file, the bill of materials. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ALEXNET_SHA256 } from '../../src/layers/networks/alexnet.js'
import { ALEXNET_SHIFT_TOLERANT_SHA256 } from '../../src/layers/networks/alexnetShiftTolerant.js'
import { VGG16_SHA256 } from '../../src/layers/networks/vgg16.js'
import { installed, packed, root } from './packed.js'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

interface Locked {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly dev?: boolean
  readonly peer?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}

interface Component {
  readonly name: string
  readonly version?: string
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses: readonly object[]
}

interface LockFile {
  readonly packages: Readonly<Record<string, Locked>>
}

const json = async <A>(...path: readonly string[]): Promise<A> => JSON.parse(await readFile(join(...path), 'utf8')) as A

/** What is installed in the checkout, by its path, without the checkout itself. */
const locked = Object.entries((await json<LockFile>(root, 'package-lock.json')).packages).filter(([path]) => path !== '')

/** What a user gets with the package: dependencies, and theirs. */
const shipped = locked.flatMap(([path, { dev, peer, devOptional, ...entry }]) => ([dev, peer, devOptional].includes(true) ? [] : [{ path, ...entry }]))

let ours: string
let user: string
beforeAll(async () => {
  user = await installed()
  ours = join(user, 'node_modules', 'perceptual-loss')
})
afterAll(() => rm(user, { recursive: true, force: true }))

describe('the lock file', () => {
  it('names each package exactly, by version and SHA-512', () => {
    expect(locked.length).toBeGreaterThan(300)
    const loose = locked.filter(([, { version, integrity }]) => !/^\d+\.\d+\.\d+/.test(version ?? '') || !(integrity ?? '').startsWith('sha512-'))
    expect(loose.map(([path]) => path)).toEqual([])
  })

  it('takes nothing from a repository or an address, nor do those of the folders that have their own', async () => {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '*package-lock.json'], { cwd: root })
    const files = stdout.trim().split('\n')
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) {
      const packages = Object.entries((await json<LockFile>(root, file)).packages)
      expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => `${file}: ${path}`)).toEqual([])
    }
  })

  it('is what CI installs', async () => {
    expect(await readFile(join(root, '.ci', 'run'), 'utf8')).toMatch(/\bnpm ci /)
  })
})

describe('install scripts', () => {
  const RUN_BY_NPM = ['preinstall', 'install', 'postinstall', 'prepare']

  it('the package has none, and nothing that npm would build', async () => {
    const { scripts } = await json<Manifest>(ours, 'package.json')
    expect(RUN_BY_NPM.filter((script) => scripts?.[script] !== undefined)).toEqual([])
    expect((await packed()).files).not.toContain('binding.gyp')
  })

  it('nor has a dependency that ships', () => {
    expect(shipped.filter(({ hasInstallScript }) => hasInstallScript === true)).toEqual([])
  })
})

describe('licences', () => {
  const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']

  it('of every dependency that ships are allowed', async () => {
    expect(shipped.length).toBeGreaterThan(0)
    for (const { path } of shipped) {
      const { name, license } = await json<Manifest>(root, path, 'package.json')
      expect(ALLOWED, name).toContain(license)
    }
  })

  it('of the package and of what it contains are in it', async () => {
    expect(await readFile(join(ours, 'LICENSE'), 'utf8')).toContain('Apache License')
    const weights = await readFile(join(ours, 'weights', 'LICENSES.md'), 'utf8')
    for (const source of ['torchvision', 'VGG16', 'AlexNet', 'lpips', 'DISTS']) expect(weights).toContain(source)
    const web = await readFile(join(ours, 'dist', 'web', 'bundle', 'perceptual-loss.js'), 'utf8')
    for (const bundled of ['fp-ts', 'io-ts', 'fflate', '@noble/hashes']) expect(web).toMatch(new RegExp(`^${bundled} \\d+\\.\\d+\\.\\d+$`, 'm'))
  })
})

describe('the bill of materials', () => {
  it('is CycloneDX, and names exactly what ships, with the lock file’s versions and hashes', async () => {
    const bom = await json<{ readonly bomFormat: string; readonly specVersion: string; readonly components: readonly Component[] }>(ours, 'sbom.cdx.json')
    expect([bom.bomFormat, bom.specVersion]).toEqual(['CycloneDX', '1.5'])
    const expected = shipped.map(({ path, version, integrity }) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      hash: Buffer.from((integrity ?? '').slice('sha512-'.length), 'base64').toString('hex'),
    }))
    const packages = bom.components.flatMap(({ name, version, hashes }) => (version === undefined ? [] : [{ name, version, hash: hashes[0]?.content }]))
    expect(packages).toEqual(expected)
    for (const { licenses } of bom.components) expect(licenses).toHaveLength(1)
  })

  it('has every direct dependency', async () => {
    const { dependencies } = await json<Manifest>(ours, 'package.json')
    const { components } = await json<{ readonly components: readonly Component[] }>(ours, 'sbom.cdx.json')
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(dependencies ?? {})))
  })

  it('names the weights by the SHA-256 that the code holds them to, and so they are', async () => {
    const { components } = await json<{ readonly components: readonly Component[] }>(ours, 'sbom.cdx.json')
    const pinned = {
      'weights/alexnet.safetensors': ALEXNET_SHA256,
      'weights/alexnetShiftTolerant.safetensors': ALEXNET_SHIFT_TOLERANT_SHA256,
      'weights/vgg16.safetensors': VGG16_SHA256,
    }
    expect((await packed()).files.filter((file) => file.endsWith('.safetensors'))).toEqual(Object.keys(pinned))
    for (const [file, sha256] of Object.entries(pinned)) {
      expect(components.find(({ name }) => name === file)?.hashes).toEqual([{ alg: 'SHA-256', content: sha256 }])
      expect(sha256Of(await readFile(join(ours, file)))).toBe(sha256)
    }
  })
})

describe('the papers', () => {
  it('are there: how to report a weakness, how to work on it, what changed', async () => {
    for (const file of ['SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) expect(existsSync(join(root, file)), file).toBe(true)
    const { version } = await json<Manifest>(root, 'package.json')
    expect(await readFile(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}\n`)
  })
})

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
