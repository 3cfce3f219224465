/** The command line where a package is not installed that it needs: one line that names it, and how to get it. */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compiled } from '../support/compiled.js'
import { root } from '../support/madeOnce.js'

const coffee = join(root, 'test', 'goldens', 'images', 'coffee.png')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-missing-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The package beside all that it needs but for these. */
const without = async (...missing: readonly string[]): Promise<string> => {
  const home = join(folder, missing.join('-').replaceAll('/', '-'))
  await mkdir(home)
  for (const part of ['src', 'package.json']) await cp(compiled(part), join(home, part), { recursive: true })
  const modules = join(root, 'node_modules')
  const names = (await readdir(modules)).flatMap((name) => (name.startsWith('.') ? [] : [name]))
  const scoped = await Promise.all(
    names.map(async (name) => (name.startsWith('@') ? (await readdir(join(modules, name))).map((part) => `${name}/${part}`) : [name])),
  )
  for (const name of scoped.flat().filter((one) => !missing.includes(one))) {
    await mkdir(dirname(join(home, 'node_modules', name)), { recursive: true })
    await symlink(join(modules, name), join(home, 'node_modules', name))
  }
  return home
}

const ran = (home: string, args: readonly string[], input = '') => {
  const main = join(home, 'src', 'cli', 'main.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input, encoding: 'utf8', cwd: home })
  return { status, out: stdout, err: stderr }
}

describe('without', () => {
  it('sharp, pictures cannot be read: compare says so of each, worker before it begins', async () => {
    const home = await without('sharp')
    const compared = ran(home, ['compare', coffee, coffee, '--loss', 'psnr', '--csv', '--backend', 'cpu'])
    expect([compared.status, compared.out.split('\n')[0]]).toEqual([3, 'reference,picture,psnr,error'])
    expect(compared.err).toMatch(/^perceptual-loss: The picture .*coffee\.png cannot be read: the required package sharp is not installed; install it: npm install sharp\.\n$/) // prettier-ignore
    const worked = ran(home, ['worker', '--loss', 'psnr', '--backend', 'cpu'], `${JSON.stringify({ reference: coffee, picture: coffee })}\n`)
    expect([worked.status, worked.out]).toEqual([3, ''])
    expect(worked.err).toMatch(/^perceptual-loss: the required package sharp is not installed; install it: npm install sharp\n$/)
  })

  it('TensorFlow.js, nothing is computed, and help is there all the same', async () => {
    const home = await without('@tensorflow/tfjs')
    expect(ran(home, ['compare', '--help']).status).toBe(0)
    expect(ran(home, ['compare', coffee, coffee])).toEqual({
      status: 3,
      out: '',
      err: 'perceptual-loss: the package @tensorflow/tfjs is required but not installed; install it: npm install @tensorflow/tfjs\n',
    })
  })

  it('the WASM backend, --backend wasm says how to get it', async () => {
    const home = await without('@tensorflow/tfjs-backend-wasm')
    const { status, err } = ran(home, ['compare', coffee, coffee, '--loss', 'psnr', '--backend', 'wasm'])
    expect(status).toBe(3)
    expect(err).toMatch(/^perceptual-loss: among: received wasm \(wasm: not installed \(npm install @tensorflow\/tfjs-backend-wasm.*\n$/)
  })
})
