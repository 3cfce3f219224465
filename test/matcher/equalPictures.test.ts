/** Equal pictures are found by bytes and pixels, before a backend starts or a network loads. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comparePixels } from '../../src/matcher/equalPictures.js'
import { compiledUrl } from '../support/compiled.js'
import { random } from '../support/images.js'

const run = promisify(execFile)
let folder = ''
const at = (name: string): string => join(folder, name)

const [width, height] = [24, 16]
const samples = Buffer.from(Array.from({ length: width * height * 4 }, (next => () => Math.floor(next() * 255))(random(1)))) // prettier-ignore
const opaque = Buffer.from(samples.map((value, i) => (i % 4 === 3 ? 255 : value)))

const png = (data: Buffer, compressionLevel = 6): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel })
    .toBuffer()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perceptual-loss-'))
  writeFileSync(at('reference.png'), await png(opaque))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('a picture equals its reference', () => {
  it('with the same bytes', async () => {
    expect(await comparePixels(at('reference.png'), await png(opaque))).toBe('equal')
  })

  it('with the same pixels in other bytes', async () => {
    const other = await png(opaque, 0)
    expect(other.equals(await png(opaque))).toBe(false)
    expect(await comparePixels(at('reference.png'), other)).toBe('equal')
  })
})

describe('a picture differs', () => {
  it('in one sample of one pixel by one level', async () => {
    const changed = Buffer.from(opaque)
    changed[4 * 100] = (changed[4 * 100] ?? 0) ^ 1
    expect(await comparePixels(at('reference.png'), await png(changed))).toMatchObject({ picture: { width, height } })
  })

  it('in its transparency alone', async () => {
    expect(await comparePixels(at('reference.png'), await png(samples))).toMatchObject({ picture: { width, height } })
  })

  it('in its size alone', async () => {
    const turned = await sharp(opaque, { raw: { width: height, height: width, channels: 4 } })
      .png()
      .toBuffer()
    expect(await comparePixels(at('reference.png'), turned)).toBe('unlike')
  })
})

it('a damaged file is an error, also where the reference is damaged in the same way', async () => {
  const damaged = (await png(opaque)).subarray(0, 60)
  writeFileSync(at('damaged.png'), damaged)
  await expect(comparePixels(at('damaged.png'), damaged)).rejects.toThrow(/Cannot read the picture|picture .*of 60 bytes/)
})

it('comparing equal pictures chooses no backend and makes no tensor', async () => {
  const url = (path: string): string => JSON.stringify(compiledUrl(`src/${path}`))
  const program = `
    import * as tf from '@tensorflow/tfjs'
    import { lookLike } from ${url('matcher/lookLike.ts')}
    const run = { test: 'a', label: 'a', folder: ${JSON.stringify(folder)}, referencePath: (name) => ${JSON.stringify(folder + '/')} + name, diff: (name) => name, update: 'none', updateBy: '-u' }
    const { pass } = await lookLike(run, { picture: 'reference.png', reference: 'reference.png', options: { lpips: 0, dists: 0 }, isNot: false })
    console.log(JSON.stringify([pass, tf.engine().backendName ?? null, tf.memory().numTensors]))
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: join(import.meta.dirname, '../..') })
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual([true, null, 0])
})
