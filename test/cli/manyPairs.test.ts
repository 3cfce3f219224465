/** compare of many pairs: in batches, read ahead, in order, with the numbers of each pair alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileLosses, namedLosses } from '../../src/cli/compare/compiledLosses.js'
import { measureAll, type ComparedLoss, type Measured } from '../../src/cli/compare/measurePairs.js'
import type { Pair } from '../../src/cli/compare/pairs.js'
import { prepare, type Refused } from '../../src/cli/compare/preparePair.js'
import { readAhead } from '../../src/cli/compare/readAhead.js'
import { writeImage } from '../../src/node/index.js'
import { noise } from '../support/images.js'

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
  const results: (Measured | Refused)[] = []
  for await (const group of readAhead(of, (pair) => prepare(pair, plainly), ahead))
    for await (const result of measureAll(group, losses, () => false)) results.push(result)
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
    for await (const result of measureAll(read, counting, () => false)) expect(filesOf(result)).toBeDefined()
    // 18 of each size, one of which is missing, in batches of at most 16, for two losses.
    expect(sizes).toEqual([16, 16, 2, 2, 16, 16, 2, 2, 16, 16, 1, 1])
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

  it('that were read ahead in vain are disposed of', async () => {
    const before = tf.memory().numTensors
    for await (const group of readAhead(pairs(), (pair) => prepare(pair, plainly), true)) {
      for await (const result of measureAll(group, losses, () => false)) expect(filesOf(result)).toBeDefined()
      break
    }
    expect(tf.memory().numTensors).toBe(before)
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
