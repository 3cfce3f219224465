/**
 * The packed package, installed by npm, pnpm and yarn into empty folders, with install scripts shut, and used there with the network shut; and the native backend there,
 * which stays when another package is installed.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasNative } from '../../scripts/conformance/runtimes.js'
import { packed, root } from '../package/packed.js'

const run = promisify(execFile)

/** TensorFlow.js, as the checkout has it. */
const { version: tfjs } = JSON.parse(await readFile(join(root, 'node_modules', '@tensorflow', 'tfjs', 'package.json'), 'utf8')) as { readonly version: string }

/**
 * Where npm is told to look, for the others, too: each has a place of its own otherwise. pnpm and yarn are this folder's, and their caches lie in the folder, so that
 * nothing of an earlier packing is found.
 */
const environment = async (folder: string): Promise<NodeJS.ProcessEnv> => {
  const asked = async (key: string): Promise<string> => (await run('npm', ['config', 'get', key], { cwd: tmpdir() })).stdout.trim()
  const [registry, cafile] = [await asked('registry'), await asked('cafile')]
  const caches = { npm_config_store_dir: join(folder, '.store'), YARN_CACHE_FOLDER: join(folder, '.yarn-cache') }
  const PATH = [join(import.meta.dirname, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  return {
    ...process.env,
    PATH,
    ...caches,
    npm_config_registry: registry,
    YARN_REGISTRY: registry,
    ...(cafile === 'null' ? {} : { npm_config_cafile: cafile }),
  }
}

/** What each is told to install packages by. */
const managers = {
  npm: ['npm', 'install', '--no-audit', '--no-fund'],
  pnpm: ['pnpm', 'add'],
  yarn: ['yarn', 'add', '--non-interactive'],
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
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    const { tarball } = await packed()
    folder = await mkdtemp(join(tmpdir(), `perceptual-loss-${name}-`))
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module', license: 'MIT' }))
    env = await environment(folder)
    await run(command, [...args, '--ignore-scripts', tarball, `@tensorflow/tfjs@${tfjs}`], { cwd: folder, env, maxBuffer: 2 ** 26 })
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

  // CI has put TensorFlow's library into the cache (npm run native) before.
  it.runIf(hasNative())(
    'keeps the native backend of native --save when another package is installed',
    async () => {
      const ours = join(folder, 'node_modules', '.bin', 'perceptual-loss')
      const { stdout: said } = await run(ours, ['native', '--save'], { cwd: folder, env })
      expect(said).toMatch(/native: it works: TensorFlow/)
      await run(command, [...args, 'is-odd'], { cwd: folder, env, maxBuffer: 2 ** 26 })
      const { stdout: found } = await run(ours, ['doctor'], { cwd: folder, env }).catch((error: unknown) => error as { readonly stdout: string })
      expect(found).toMatch(/✓ tfjs-node-gpu .*; in use/)
    },
    400_000,
  )
})
