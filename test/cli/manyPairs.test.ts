/** compare of many pairs: in batches, read ahead, in order, with the numbers of each pair alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileLosses, namedLosses } from '../../src/cli/compare/compiledLosses.js'
import { reusedMemory } from '../../src/cli/compare/batches.js'
import { measureAll, type ComparedLoss, type Measured } from '../../src/cli/compare/measurePairs.js'
import type { Pair } from '../../src/cli/compare/pairs.js'
import { prepare, type Refused } from '../../src/cli/compare/preparePair.js'
import { readAhead } from '../../src/cli/compare/readAhead.js'
import { readImage, writeImage } from '../../src/node/index.js'
import { noise, random } from '../support/images.js'
import { take } from '../support/tensors.js'

const SEED = 20261130

const COUNT = 70
const SIZES = [[40, 32], [32, 48], [33, 35]] as const // prettier-ignore
const [MISSING, DAMAGED] = [5, 66]
const plainly = { resize: false, crop: 0 }

let folder: string
let losses: readonly ComparedLoss[]
const pairs = (): readonly Pair[] =>
  Array.from({ length: COUNT }, (_, i) => ({ reference: join(folder, `${String(i % 7)}-${String(i % 3)}a.png`), picture: join(folder, pictureOf(i)) }))
const pictureOf = (i: number): string => (i === MISSING ? 'missing.png' : i === DAMAGED ? 'damaged.png' : `${String(i % 5)}-${String(i % 3)}b.png`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-pairs-'))
  const write = async (name: string, seed: number, size: readonly [number, number]): Promise<void> => {
    const image = noise(seed, [1, ...size, 3])
    await writeImage(join(folder, name), image)
    image.dispose()
  }
  for (const [kind, size] of SIZES.entries()) {
    for (let i = 0; i < 7; i++) await write(`${String(i)}-${String(kind)}a.png`, i, size)
    for (let i = 0; i < 5; i++) await write(`${String(i)}-${String(kind)}b.png`, 20 + i, size)
  }
  await writeFile(join(folder, 'damaged.png'), 'not a picture')
  losses = await compileLosses(await namedLosses(['lpips', 'psnr']), { weights: [], backend: 'auto' }, () => false)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const all = async (of: readonly Pair[], ahead: boolean): Promise<readonly (Measured | Refused)[]> => {
  const memory = reusedMemory()
  const results: (Measured | Refused)[] = []
  for await (const group of readAhead(of, (pair) => prepare(pair, plainly), ahead))
    for await (const result of measureAll(group, losses, () => false, memory)) results.push(result)
  return results
}

const filesOf = (result: Measured | Refused): Pair => ('problem' in result ? result.files : { reference: result.reference, picture: result.picture })

describe('many pairs', () => {
  it('have the numbers of each pair alone, in order, with those that cannot be read in their places, and leave no tensors', async () => {
    const before = tf.memory().numTensors
    const together = await all(pairs(), true)
    const alone = await all(pairs(), false)
    expect(tf.memory().numTensors).toBe(before)
    expect(together.map(filesOf)).toEqual(pairs())
    expect(together.flatMap((result, i) => ('problem' in result ? [i] : []))).toEqual([MISSING, DAMAGED])
    for (const [i, result] of together.entries()) {
      const other = alone[i]
      if ('problem' in result || other === undefined || 'problem' in other) continue
      expect(result.scores['psnr']).toBeGreaterThan(0)
      // To the bit on WASM and cpu. TensorFlow's C library chooses its algorithms by the batch: float32's rounding.
      for (const name of ['lpips', 'psnr'])
        if (tf.getBackend() === 'tensorflow') expect(result.scores[name]).toBeCloseTo(other.scores[name] ?? 0, 4)
        else expect(result.scores[name]).toBe(other.scores[name])
    }
  })

  it('go through the networks together', async () => {
    const sizes: number[] = []
    const counting = losses.map((loss) => {
      const perSample: ComparedLoss['f']['perSample'] = (reference, picture) => {
        sizes.push((reference as tf.Tensor4D).shape[0])
        return loss.f.perSample(reference, picture)
      }
      return { ...loss, f: Object.assign((): never => { throw new Error() }, loss.f, { perSample }) } // prettier-ignore
    })
    const read = await Promise.all(
      pairs()
        .slice(0, 54)
        .map((pair) => prepare(pair, plainly)),
    )
    const twice = [...read, ...read.map((one) => ({ ...one }))]
    for await (const result of measureAll(twice, counting, () => false)) expect(filesOf(result)).toBeDefined()
    // 36 of each size, two of which are missing, in batches of at most 32, for two losses.
    expect(sizes).toEqual([32, 32, 4, 4, 32, 32, 4, 4, 32, 32, 2, 2])
  })

  it('stop after a batch: the results before it are there, and no tensors stay', async () => {
    const before = tf.memory().numTensors
    const read = await Promise.all(
      pairs()
        .slice(0, 54)
        .map((pair) => prepare(pair, plainly)),
    )
    let batches = 0
    const given: Pair[] = []
    for await (const result of measureAll(read, losses, () => ++batches > 1)) given.push(filesOf(result))
    // The first batch has every third pair: only the first pair has no other before it.
    expect(given).toEqual(pairs().slice(0, 1))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('of one size may differ in their samples: 8 and 16 bits, opaque, transparent and equal ones, cropped, have the numbers of their pixels', async () => {
    const next = random(SEED)
    const [height, width, crop] = [48, 40, 3]
    const write = async (name: string, channels: 3 | 4, depth: 8 | 16): Promise<void> => {
      const most = depth === 8 ? 256 : 65536
      const samples = Array.from({ length: height * width * channels }, () => Math.floor(next() * most))
      const data = depth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples)
      const picture = sharp(data, { raw: { width, height, channels } })
      await (depth === 8 ? picture : picture.toColourspace('rgb16')).png().toFile(join(folder, name))
    }
    for (const depth of [8, 16] as const) for (const channels of [3, 4] as const) for (const i of [0, 1]) await write(`k${String(depth)}-${String(channels)}-${String(i)}.png`, channels, depth) // prettier-ignore
    const kinds = ['8-3', '16-3', '8-4', '16-4']
    const of = kinds.flatMap((a) =>
      kinds.flatMap((b) => [0, 1].map((i) => ({ reference: join(folder, `k${a}-0.png`), picture: join(folder, `k${b}-${String(i)}.png`) }))),
    )
    const read = await Promise.all(of.map((pair) => prepare(pair, { resize: false, crop })))
    const found: (Measured | Refused)[] = []
    for await (const result of measureAll(read, losses, () => false)) found.push(result)
    const inside = (image: tf.Tensor4D): tf.Tensor4D => tf.slice(image, [0, crop, crop, 0], [1, height - 2 * crop, width - 2 * crop, 3])
    for (const [i, pair] of of.entries()) {
      const both = [pair.reference, pair.picture].every((file) => file.includes('-4-'))
      const errors: number[] = []
      for (const background of both ? (['white', 'black'] as const) : (['white'] as const)) {
        const [a, b] = [await readImage(pair.reference, { background }), await readImage(pair.picture, { background })]
        errors.push(take(tf.tidy(() => tf.mean(tf.squaredDifference(inside(a), inside(b)))))[0] ?? Number.NaN)
        tf.dispose([a, b])
      }
      const result = found[i]
      if (result === undefined || 'problem' in result) throw new Error(`seed ${String(SEED)}: ${pair.picture} was not compared`)
      expect([result.height, result.width, filesOf(result)]).toEqual([height - 2 * crop, width - 2 * crop, pair])
      const error = Math.max(...errors)
      // float32 sums of 4,284 squares in another order; -10 log10 turns their 1e-6 into 1e-5 dB.
      if (error === 0) expect([result.scores['psnr'], result.scores['lpips']]).toEqual([Infinity, 0])
      else expect(result.scores['psnr']).toBeCloseTo(-10 * Math.log10(error), 4)
    }
  })

  it('are read one at a time where that is asked for: none while another is compared', async () => {
    let reading = 0
    const read = (pair: Pair) => {
      reading++
      return prepare(pair, plainly)
    }
    let compared = 0
    for await (const group of readAhead(pairs().slice(0, 6), read, false)) {
      expect([group.length, reading]).toEqual([1, ++compared])
      for await (const result of measureAll(group, losses, () => false)) expect(filesOf(result)).toBeDefined()
    }
    expect(compared).toBe(6)
  })
})
