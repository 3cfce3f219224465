/** The packed package, installed by npm, pnpm and yarn into empty folders, with install scripts shut, and used there with the network shut. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { packed, root } from '../package/packed.js'

const run = promisify(execFile)

/** TensorFlow.js, as the checkout has it. */
const { version: tfjs } = JSON.parse(await readFile(join(root, 'node_modules', '@tensorflow', 'tfjs', 'package.json'), 'utf8')) as { readonly version: string }

/** Where npm is told to look, for the others, too: each has a place of its own otherwise. */
const environment = async (): Promise<NodeJS.ProcessEnv> => {
  const asked = async (key: string): Promise<string> => (await run('npm', ['config', 'get', key], { cwd: tmpdir() })).stdout.trim()
  const [registry, cafile] = [await asked('registry'), await asked('cafile')]
  return { ...process.env, npm_config_registry: registry, YARN_REGISTRY: registry, ...(cafile === 'null' ? {} : { npm_config_cafile: cafile }) }
}

/** What each is told to install two packages by; caches lie in the folder, so that nothing of an earlier packing is found. */
const managers = {
  npm: ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'],
  pnpm: ['node', join(root, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs'), 'add', '--ignore-scripts', '--store-dir', '.store'],
  yarn: ['node', join(root, 'node_modules', 'yarn', 'bin', 'yarn.js'), 'add', '--ignore-scripts', '--non-interactive', '--cache-folder', '.yarn-cache'],
} as const

const program = `
  import net from 'node:net'
  net.Socket.prototype.connect = () => { throw new Error('the network was used') }
  globalThis.fetch = () => { throw new Error('the network was used') }
  const tf = await import('@tensorflow/tfjs')
  const { compile, featureAt, mse, pixels, sum, vgg16 } = await import('perceptual-loss')
  await tf.setBackend('cpu')
  const [black, grey] = [tf.zeros([1, 16, 16, 3]), tf.fill([1, 16, 16, 3], 0.5)]
  const extractor = await vgg16()
  const value = compile(mse(pixels))(black, grey).arraySync()
  const deep = compile(mse(featureAt('block1_conv1')), extractor)(black, grey).arraySync()
  console.log('RESULT' + JSON.stringify({ value, layers: extractor.layers.length, deep }))`

describe.each(Object.entries(managers))('%s', (name, [command, ...args]) => {
  let folder: string
  beforeAll(async () => {
    const { tarball } = await packed()
    folder = await mkdtemp(join(tmpdir(), `perceptual-loss-${name}-`))
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module', license: 'MIT' }))
    await run(command, [...args, tarball, `@tensorflow/tfjs@${tfjs}`], { cwd: folder, env: await environment(), maxBuffer: 2 ** 26 })
    return () => rm(folder, { recursive: true, force: true })
  }, 400_000)

  it('installs a package that works', async () => {
    await writeFile(join(folder, 'program.js'), program)
    const { stdout } = await run('node', ['program.js'], { cwd: folder })
    const result = JSON.parse(stdout.slice(stdout.lastIndexOf('RESULT') + 'RESULT'.length)) as { readonly deep: number }
    expect(result).toMatchObject({ value: 0.25, layers: 18 })
    expect(result.deep).toBeGreaterThan(0)
  })

  it('puts the command line where it belongs', async () => {
    const { version } = JSON.parse(await readFile(join(folder, 'node_modules', 'perceptual-loss', 'package.json'), 'utf8')) as { readonly version: string }
    expect((await run(join(folder, 'node_modules', '.bin', 'perceptual-loss'), ['--version'])).stdout).toBe(`${version}\n`)
  })
})
