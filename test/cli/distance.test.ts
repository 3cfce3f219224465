/** The command distance, and worker and merge for its features: two sets of pictures, saved statistics, and what it refuses. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { featureAt } from '../../src/index.js'
import { frechet, measureFeatures, statisticsMonoid, type FeatureStatistics } from '../../src/distributions/index.js'
import { readImage } from '../../src/node/index.js'
import { fromOnnx } from '../../src/onnx/index.js'
import { workOnFeatures, type FeatureWork } from '../../src/cli/worker/featureWorker.js'
import { said } from './said.js'

const onnx = fileURLToPath(new URL('../goldens/onnx/inception.onnx', import.meta.url))
const images = fileURLToPath(new URL('../goldens/images', import.meta.url))
const NETWORK = ['--onnx', onnx, '--input', 'inception', '--size', '24']

let folder = ''
const home = process.cwd()
const KINDS = ['black', 'blur', 'dark', 'jpeg', 'noise', 'shift']
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-distance-'))
  process.chdir(folder)
  for (const name of ['real/deep', 'generated', 'one', 'empty']) await mkdir(name, { recursive: true })
  const put = (name: string, to: string) => sharp(join(images, name)).toFile(to)
  await Promise.all([
    ...KINDS.map((kind) => put(`coffee_${kind}.png`, `real/${kind}.png`)),
    put('coffee.png', 'real/deep/plain.png'),
    ...KINDS.map((kind) => put(`chelsea_${kind}.png`, `generated/${kind}.png`)),
    put('coffee.png', 'one/a.png'),
  ])
})
afterAll(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

interface Json {
  readonly frechet: number
  readonly kernelDistance: { readonly mean: number; readonly deviation: number; readonly subsets: number; readonly subsetSize: number }
  readonly precision: number
  readonly recall: number
  readonly of: string
  readonly counts: readonly number[]
  readonly notes: readonly string[]
}
const jsonOf = async (...args: readonly string[]): Promise<Json> => JSON.parse((await said('distance', ...args, '--json')).out) as Json

describe('distance', () => {
  it('of two folders is that of their features, picture by picture', async () => {
    const { status, out, err } = await said('distance', 'real', 'generated', ...NETWORK, '--subset-size', '4', '--subsets', '7')
    expect([status, err]).toEqual([0, expect.stringMatching(/^perceptual-loss: real has 7 features of \d+ numbers: the covariance does not have full rank.*\nperceptual-loss: generated has 6 features/)]) // prettier-ignore
    expect(out).toMatch(/Fréchet distance ↓.*\n.*kernel distance ↓.*\n.*precision ↑.*\n.*recall ↑/)
    expect(out).toMatch(/7 and 6 features: inception\.onnx \([0-9a-f]{8}\): featureAt\('.*'\), averaged over positions, pictures of 24 x 24\n/)
    expect(out).toContain('over 7 subsets of 4')
    const found = await jsonOf('real', 'generated', ...NETWORK)
    const extractor = await fromOnnx(onnx, { input: { mean: 0.5, std: 0.5 } })
    const measure = measureFeatures(featureAt(extractor.layers.at(-1)!), extractor)
    const sets: FeatureStatistics[] = []
    for (const files of [[...KINDS.map((kind) => `real/${kind}.png`), 'real/deep/plain.png'], KINDS.map((kind) => `generated/${kind}.png`)]) {
      let set = statisticsMonoid.empty
      for (const file of files) {
        const image = await readImage(file, { size: [24, 24] })
        set = statisticsMonoid.concat(set, await measure(image, [file]))
        image.dispose()
      }
      sets.push(set)
    }
    extractor.dispose()
    expect(Math.abs(found.frechet - frechet(sets[0]!, sets[1]!))).toBeLessThan(1e-5 * found.frechet)
    expect(found.kernelDistance).toMatchObject({ subsets: 100, subsetSize: 6, deviation: expect.any(Number) as number })
    expect(found.counts).toEqual([7, 6])
    expect([found.precision, found.recall].every((x) => x >= 0 && x <= 1)).toBe(true)
  })

  it('of saved statistics is the same, and needs no pictures where both are saved', async () => {
    const saved = await said('distance', 'real', '--save', 'real.json', ...NETWORK)
    expect([saved.status, saved.out]).toEqual([0, expect.stringMatching(/^real\.json: 7 features of \d+ numbers; inception\.onnx/)])
    await said('distance', 'generated/*.png', '--save', 'generated.json', ...NETWORK)
    const [folders, half, both] = [
      await jsonOf('real', 'generated', ...NETWORK),
      await jsonOf('real.json', 'generated', ...NETWORK),
      await jsonOf('real.json', 'generated.json'),
    ]
    for (const other of [half, both]) expect({ ...other, notes: [] }).toEqual({ ...folders, notes: [] })
    expect((await readFile('real.json', 'utf8')).trim().split('\n')).toHaveLength(1)
  })

  it('says where pictures differ in size', async () => {
    const differ = async (...sets: readonly string[]): Promise<boolean> =>
      (await jsonOf(...sets, '--onnx', onnx, '--input', 'unit')).notes.some((note) => note.startsWith('The pictures differ in size; --size 256 resizes all'))
    await sharp('real/blur.png').resize(40, 50).toFile('generated/zz.png')
    expect([await differ('real', 'real'), await differ('real', 'generated')]).toEqual([false, true])
    await rm('generated/zz.png')
  })
})

/** What the worker prints for these lines. */
const worked = async (lines: readonly string[], asked: Partial<FeatureWork> = {}): Promise<readonly string[]> => {
  const out: string[] = []
  const output = { out: (text: string) => void out.push(text), err: () => undefined, taken: () => Promise.resolve(), colours: false, terminal: undefined }
  async function* pieces(): AsyncGenerator<string> {
    for (const line of lines) yield await Promise.resolve(`${line}\n`)
  }
  const network = { layer: undefined, onnx, input: 'inception', positions: 'average', size: [24, 24], weights: [], backend: 'auto' } as const
  expect(await workOnFeatures({ ...network, batch: 4, resume: undefined, root: 'real', ...asked }, pieces(), output)).toBe(0)
  return out
}
const task = (picture: string): string => JSON.stringify({ picture })

describe('worker --features and merge', () => {
  const names = [...KINDS.map((kind) => `${kind}.png`), 'deep/plain.png']

  // On WASM, whose features do not depend on the batch: distance and the worker choose different ones, and TensorFlow's C library rounds each its own way.
  it('make the statistics that distance saves, to the last bit, in any order and parts', async () => {
    await said('distance', 'real', '--save', 'whole.json', ...NETWORK, '--backend', 'wasm')
    const lines = await worked(names.toReversed().map(task), { backend: 'wasm' })
    expect(lines.map((line) => (JSON.parse(line) as { readonly id: string }).id)).toEqual(names.toReversed())
    await writeFile('a.ndjson', lines.slice(0, 3).join('\n'))
    await writeFile('b.ndjson', lines.slice(3).join('\n'))
    const part = await said('merge', 'b.ndjson', '--json')
    await writeFile('b.json', part.out)
    for (const files of [
      ['a.ndjson', 'b.ndjson'],
      ['b.json', 'a.ndjson'],
    ] as const) {
      // prettier-ignore
      const { status, out } = await said('merge', ...files, '--json')
      expect(status).toBe(0)
      expect(`${out}\n`).toBe(await readFile('whole.json', 'utf8'))
    }
    expect((await said('merge', 'a.ndjson', '--sample', '2')).out).toMatch(/^3 features of \d+ numbers, a sample of 2; inception\.onnx/)
  })

  it('report failures as results, continue, and skip what is done', async () => {
    const lines = await worked([task('blur.png'), task('none.png'), '5', task('noise.png')])
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object).sort().join())).toEqual(['dimension,features,id,of,picture', 'error,id', 'error,id', 'dimension,features,id,of,picture']) // prettier-ignore
    await writeFile('some.ndjson', lines.join('\n'))
    const { out, err } = await said('merge', 'some.ndjson')
    expect(out).toMatch(/^2 features/)
    expect(err).toBe('perceptual-loss: 1 picture failed with ImageUnreadable: none.png\nperceptual-loss: 1 picture failed with BadArgument: line 3')
    expect(await worked([task('blur.png'), task('dark.png'), task('none.png')], { resume: 'some.ndjson' })).toHaveLength(2)
    await expect(worked([], { resume: 'some.ndjson', size: [20, 20] })).rejects.toThrow(
      /some\.ndjson has features of '.*', expected '.*'\. Pass the same options/,
    )
  })

  it('are refused where they do not go together', async () => {
    await writeFile('scores.ndjson', JSON.stringify({ id: 'a', reference: 'a', picture: 'b', height: 1, width: 1, scores: { psnr: 1 } }))
    expect((await said('merge', 'scores.ndjson', 'whole.json')).err).toMatch(
      /The results: received scores of pairs and features of pictures, expected files of one kind/,
    )
    const [first = ''] = await worked([task('blur.png')], { size: [20, 20] })
    await writeFile('other.ndjson', first)
    expect((await said('merge', 'other.ndjson', 'whole.json')).err).toMatch(
      /whole\.json, line 1: The statistics: received '.*', expected two of the same network, layer and size/,
    )
    await writeFile('damaged.ndjson', first.replace(/"features":"..../, '"features":"'))
    expect((await said('merge', 'damaged.ndjson')).err).toMatch(
      /damaged\.ndjson, line 1: The features' features: received those of blur\.png, expected base64 of float32/,
    )
    for (const [args, message] of [
      [['--features', '--loss', 'psnr'], /received --features and --loss/],
      [['--layer', 'conv1'], /received --layer, expected it with --features only/],
    ] as const) expect((await said('worker', ...args)).err).toMatch(message) // prettier-ignore
  })
})

describe('what is refused, each in one line', () => {
  beforeAll(async () => {
    await mkdir('broken')
    await writeFile('broken/words.png', 'these are words')
    await writeFile('broken/text.json', 'words')
    await writeFile('broken/other.json', '{"version":1}')
  })

  it.each([
    ['one set', ['real'], 2, /received only real, expected two sets of pictures, or --save FILE/],
    ['two sets and --save', ['real', 'generated', '--save', 'a.json'], 2, /received two sets and --save/],
    ['an empty folder', ['empty', 'real', ...NETWORK], 2, /empty has no pictures/],
    ['no folder', ['none', 'real', ...NETWORK], 2, /received 'none', expected a folder or a quoted glob of pictures, or a JSON file of statistics/],
    ['one picture', ['one', 'real', ...NETWORK], 2, /one: received one picture, expected two at least/],
    ['a broken picture', ['broken', 'real', ...NETWORK], 3, /words\.png cannot be read/],
    ['statistics that are no JSON', ['broken/text.json', 'real', ...NETWORK], 3, /text\.json is not JSON, expected statistics that --save/],
    ['JSON that is no statistics', ['broken/other.json', 'real', ...NETWORK], 3, /other\.json: The statistics\.of: received nothing, expected text/],
    ['missing statistics', ['none.json', 'real', ...NETWORK], 3, /The statistics none\.json cannot be read: there is no such file or folder/],
    ['no --input', ['real', 'generated', '--onnx', onnx], 2, /--onnx needs --input: one of imagenet, clip, unit, inception/],
    ['--input alone', ['real', 'generated', '--input', 'unit'], 2, /received --input without --onnx/],
    ['a missing network', ['real', 'generated', '--onnx', 'none.onnx', '--input', 'unit'], 3, /The network none\.onnx cannot be read/],
    ['an unknown layer', ['real', 'generated', ...NETWORK, '--layer', 'none'], 3, /'none' is not a layer of inception\.onnx/],
    ['other positions', ['real', 'generated', ...NETWORK, '--positions', 'some'], 2, /--positions: received 'some', expected one of average, each/],
    ['large subsets', ['real', 'generated', ...NETWORK, '--subset-size', '50'], 3, /received a sample of 7 features, expected 50 at least/],
  ] as const)('%s', async (_name, args, status, message) => {
    const answer = await said('distance', ...args)
    expect([answer.status, answer.err]).toEqual([status, expect.stringMatching(message)])
    expect(answer.err.split('\n')).toHaveLength(1)
  })

  it('statistics of another layer or size, before all pictures are measured', async () => {
    await said('distance', 'real', '--save', 'small.json', '--onnx', onnx, '--input', 'inception', '--size', '20')
    for (const args of [
      ['small.json', 'generated'],
      ['generated', 'small.json'],
    ] as const) {
      const { status, err } = await said('distance', ...args, ...NETWORK)
      expect([status, err]).toEqual([2, expect.stringMatching(/the sets have different features: small\.json has '.*pictures of 20 x 20' and generated '.*pictures of 24 x 24'\. Measure both/)]) // prettier-ignore
    }
  })
})
