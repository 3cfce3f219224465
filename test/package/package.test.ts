/** The packed package, installed into an empty folder: what is in it, and that it works for a user. */
import { execFile } from 'node:child_process'
import { build } from 'esbuild'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as face from '../../src/index.js'
import { installed, packed, root, type Packed } from './packed.js'

const run = promisify(execFile)

let pack: Packed
let user: string

beforeAll(async () => {
  pack = await packed()
  user = await installed()
})
afterAll(() => rm(user, { recursive: true, force: true }))

/** Runs a user's module in the folder, with every way to the network shut; what it gives as its default export. */
const asUser = async <A>(program: string): Promise<A> => {
  const shut = `
    import net from 'node:net'
    net.Socket.prototype.connect = () => { throw new Error('the network was used') }
    globalThis.fetch = () => { throw new Error('the network was used') }`
  const shutter = `data:text/javascript,${encodeURIComponent(shut)}`
  const { stdout } = await run('node', ['--import', shutter, '--input-type=module', '-e', program], { cwd: user, maxBuffer: 2 ** 26 })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('RESULT') + 'RESULT'.length)) as A
}

describe('the tarball', () => {
  it('has the build, the weights, the README and the licences, and nothing else', () => {
    const strangers = pack.files.filter(
      (file) =>
        !/^(dist\/.*\.(js|d\.ts|js\.map)|docs\/.*\.(md|jpg|png|webp|svg)|weights\/[^/]+|schema\/loss\.schema\.json|src\/layers\/kernels\/(native|simd)\/c\/\w+\.[ch]|src\/core\/tensors\/simd\/c\/(pairMoments|windowSums)\.c|README\.md|CHANGELOG\.md|LICENSE|sbom\.cdx\.json|package\.json)$/.test(
          file,
        ),
    )
    expect(strangers).toEqual([])
    for (const file of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/web/bundle/perceptual-loss.js',
      'weights/vgg16.safetensors',
      'weights/alexnet.safetensors',
      'weights/alexnetShiftTolerant.safetensors',
      'weights/LICENSES.md',
      'schema/loss.schema.json',
      'src/core/tensors/simd/c/pairMoments.c',
      'src/core/tensors/simd/c/windowSums.c',
      'src/layers/kernels/native/c/ops.c',
      'src/layers/kernels/simd/c/product.h',
      'src/layers/kernels/simd/c/sixPoints.h',
      'src/layers/kernels/simd/c/winograd.h',
      'src/layers/kernels/simd/c/winograd4.c',
      'README.md',
      'CHANGELOG.md',
      'sbom.cdx.json',
      'LICENSE',
    ])
      expect(pack.files).toContain(file)
  })

  it('has everything the README links to', async () => {
    const readme = await readFile(join(user, 'node_modules', 'perceptual-loss', 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('http'))
    expect(links.length).toBeGreaterThan(3)
    expect(links.filter((link) => !pack.files.includes(link))).toEqual([])
  })

  it('passes publint --strict', async () => {
    const { messages } = await publint({ pkgDir: join(user, 'node_modules', 'perceptual-loss'), strict: true, pack: false })
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([])
  })

  it('passes attw --profile esm-only', async () => {
    const attw = join(import.meta.dirname, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
    const problems = await run('node', [attw, pack.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'], { maxBuffer: 2 ** 26 }).then(
      () => 'none',
      (error: unknown) => (error as { readonly stdout: string }).stdout,
    )
    expect(problems).toBe('none')
  })
})

describe('for a user', () => {
  it('compiles a loss on the cpu backend', async () => {
    const value = await asUser<number>(`
      import * as tf from '@tensorflow/tfjs'
      import { compile, mse, pixels } from 'perceptual-loss'
      await tf.setBackend('cpu')
      const f = compile(mse(pixels))
      console.log('RESULT' + JSON.stringify(f(tf.zeros([1, 4, 4, 3]), tf.fill([1, 4, 4, 3], 0.5)).arraySync()))`)
    expect(value).toBe(0.25)
  })

  it('loads VGG16 from the package, with no network', async () => {
    const { layers, value } = await asUser<{ readonly layers: readonly string[]; readonly value: number }>(`
      import * as tf from '@tensorflow/tfjs'
      import { compile, featureAt, mse, vgg16 } from 'perceptual-loss'
      await tf.setBackend('cpu')
      const extractor = await vgg16()
      const f = compile(mse(featureAt('block1_conv2')), extractor)
      const value = f(tf.zeros([1, 16, 16, 3]), tf.ones([1, 16, 16, 3])).arraySync()
      console.log('RESULT' + JSON.stringify({ layers: extractor.layers, value }))`)
    expect(layers).toHaveLength(18)
    expect(layers[0]).toBe('block1_conv1')
    expect(value).toBeGreaterThan(0)
  })

  it('has a command line', async () => {
    const { bin, version } = JSON.parse(await readFile(join(user, 'node_modules', 'perceptual-loss', 'package.json'), 'utf8')) as {
      readonly bin: Readonly<Record<string, string>>
      readonly version: string
    }
    const program = join(user, 'node_modules', 'perceptual-loss', bin['perceptual-loss'] ?? '')
    expect((await run('node', [program, '--version'])).stdout).toBe(`${version}\n`)
    expect((await run('node', [program])).stdout).toContain('Usage: perceptual-loss COMMAND')
  })

  it('rejects packaged weights of which one byte is another', async () => {
    const weights = join(user, 'node_modules', 'perceptual-loss', 'weights', 'vgg16.safetensors')
    const whole = await readFile(weights)
    await writeFile(weights, whole.with(20_000_000, (whole[20_000_000] ?? 0) ^ 1))
    const message = await asUser<string>(`
      import { vgg16 } from 'perceptual-loss'
      const message = await vgg16().then(() => 'loaded', (error) => error.message)
      console.log('RESULT' + JSON.stringify(message))`)
    await writeFile(weights, whole)
    expect(message).toMatch(/vgg16\.safetensors\) have the wrong checksum: received SHA-256 .* reinstall the package.* No weights were loaded/)
  })

  it('reads Keras’ files with HDF5’s reader, loaded for them, from the installed package and from the files for plain pages', async () => {
    const file = join(root, 'test', 'goldens', 'weights', 'full.h5')
    for (const entry of ['perceptual-loss', 'perceptual-loss/web'])
      expect(
        await asUser<string>(`
          import { vgg16 } from '${entry}'
          const message = await vgg16({ weights: ${JSON.stringify(file)} }).then(() => 'loaded', (error) => error.message)
          console.log('RESULT' + JSON.stringify(message))`),
      ).toMatch(/full\.h5 do not fit vgg16: the tensor 'block1_conv1\/kernel': received \[3, 3, 3, 4\], expected \[3, 3, 3, 64\]/)
  })

  it('has the same face in one file for plain pages', async () => {
    const names = await asUser<readonly string[]>(`
      import * as web from 'perceptual-loss/web'
      console.log('RESULT' + JSON.stringify(Object.keys(web)))`)
    expect([...names].sort()).toEqual(Object.keys(face).sort())
  })
})

describe('for browsers', () => {
  const outside = async (entry: string): Promise<readonly string[]> => {
    const { metafile } = await build({
      entryPoints: [join(user, 'node_modules', 'perceptual-loss', entry)],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      packages: 'external',
      metafile: true,
    })
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports)
    return [...new Set(imports.flatMap(({ external, path }) => (external === true ? [path] : [])))].sort()
  }

  it('nothing that the entry reaches imports from Node, or anything but the dependencies', async () => {
    expect(await outside('dist/index.js')).toEqual(['@noble/hashes/sha2.js', '@tensorflow/tfjs', 'fflate', 'fp-ts', 'io-ts'])
  })

  it('the files for plain pages import TensorFlow.js alone', async () => {
    expect(await outside('dist/web/bundle/perceptual-loss.js')).toEqual(['@tensorflow/tfjs'])
  })
})
