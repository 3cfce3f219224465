/** Settings of toLookLike: regions that are ignored, and different sizes by choice. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cosine, pixels } from '../../src/index.js'
import { lookLike } from '../../src/matcher/lookLike.js'
import type { Verdict } from '../../src/matcher/recordVerdict.js'
import { matcherRun } from '../support/matcherRun.js'

let folder = ''
const at = (name: string): string => join(folder, name)
const judged = (picture: unknown, options: unknown, isNot = false): Promise<Verdict> =>
  lookLike(matcherRun(folder), { picture, reference: 'page.png', options, isNot })
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => 'it passed', (error: unknown) => (error as Error).message) // prettier-ignore

type Paint = (row: number, column: number) => number

/** A grey picture, pixel by pixel. */
const picture = (height: number, width: number, paint: Paint): Promise<Buffer> => {
  const data = Buffer.from(Array.from({ length: height * width }, (_, i) => paint(Math.floor(i / width), i % width)))
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

const page: Paint = (row, column) => (row * 7 + column * 3) % 200
/** A clock of 8 x 20 pixels at the right of the page. */
const inClock: Paint = (row, column) => (row >= 4 && row < 12 && column >= 40 && column < 60 ? 1 : 0)
const clock = { top: 4, left: 40, height: 8, width: 20 }
const later: Paint = (row, column) => (inClock(row, column) === 1 ? 255 : page(row, column))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perceptual-loss-'))
  writeFileSync(at('page.png'), await picture(40, 64, page))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('ignore', () => {
  it('leaves a rectangle out, and nothing around it', async () => {
    const changed = await picture(40, 64, later)
    expect((await judged(changed, { psnr: 60 })).pass).toBe(false)
    expect((await judged(changed, { psnr: 60, ignore: [clock] })).pass).toBe(true)
    expect((await judged(changed, { psnr: 60, ignore: [{ ...clock, width: 19 }] })).pass).toBe(false)
    // As two rectangles, one of which reaches over the edge.
    expect(
      (
        await judged(changed, {
          psnr: 60,
          ignore: [
            { ...clock, height: 4 },
            { top: 8, left: 40, height: 4, width: 100 },
          ],
        })
      ).pass,
    ).toBe(true)
  })

  it('leaves it out of tensors, and of pictures that differ elsewhere by little', async () => {
    const near = await picture(40, 64, (row, column) => (inClock(row, column) === 1 ? 255 : Math.min(200, page(row, column) + 1)))
    const before = tf.memory().numTensors
    expect((await judged(near, { psnr: 40, ignore: [clock] })).pass).toBe(true)
    expect((await judged(near, { psnr: 60, ignore: [clock] })).pass).toBe(false)
    expect((await judged(near, { psnr: 40 })).pass).toBe(false)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('keeps the default bounds where it stands alone', async () => {
    expect((await judged(await picture(40, 64, later), { ignore: [clock] })).pass).toBe(true)
    expect((await judged(await picture(40, 64, () => 128), { ignore: [clock] })).pass).toBe(false)
  })
})

describe('sizeMismatch', () => {
  it('fails by default', async () => {
    expect(await failure(judged(await picture(44, 64, page), { psnr: 30 }))).toMatch(/The picture is 44 x 64, the reference .*page\.png is 40 x 64/)
  })

  it('crop compares the part that both have', async () => {
    const taller = await picture(44, 64, (row, column) => (row < 40 ? page(row, column) : 0))
    expect((await judged(taller, { psnr: 90, sizeMismatch: 'crop' })).pass).toBe(true)
    expect((await judged(await picture(30, 50, page), { psnr: 90, sizeMismatch: 'crop' })).pass).toBe(true)
    expect((await judged(await picture(30, 50, (row, column) => 200 - page(row, column)), { psnr: 30, sizeMismatch: 'crop' })).pass).toBe(false)
  })

  it('pad takes what one of them lacks for white', async () => {
    const white = await picture(44, 64, (row, column) => (row < 40 ? page(row, column) : 255))
    const black = await picture(44, 64, (row, column) => (row < 40 ? page(row, column) : 0))
    expect((await judged(white, { psnr: 90, sizeMismatch: 'pad' })).pass).toBe(true)
    expect((await judged(black, { psnr: 30, sizeMismatch: 'pad' })).pass).toBe(false)
  })
})

describe('rejects', () => {
  it.each([
    [{ ignore: clock }, /The option ignore: received .*, expected a list of rectangles in whole pixels/],
    [{ ignore: [{ ...clock, top: -1 }] }, /The option ignore/],
    [{ ignore: [{ ...clock, right: 5 }] }, /The option ignore/],
    [{ ignore: [{ top: 0, left: 0, height: 0, width: 5 }] }, /The option ignore/],
    [{ sizeMismatch: 'stretch' }, /The option sizeMismatch: received "stretch", expected 'fail', 'pad' or 'crop'/],
    [{ ignored: [] }, /ignored/],
  ])('%j', async (options, message) => {
    expect(await failure(judged(await picture(40, 64, page), options))).toMatch(message)
  })

  it.each([
    [{ lpips: 5 }, /The bound lpips: received 5, expected a number from 0 to 1/],
    [{ dists: 1 }, /The bound dists: received 1, expected a number from 0, below 1/],
  ])('a bound that cannot fail: %j', async (options, message) => {
    expect(await failure(judged(await picture(40, 64, page), options))).toMatch(message)
  })

  it('a loss bound that cannot fail', async () => {
    // 1 - cos is at most 2.
    expect(await failure(judged(await picture(40, 64, page), { loss: cosine(pixels), max: 2 }))).toMatch(
      /max: received 2, expected a number below 2, the largest value of this loss/,
    )
    expect((await judged(await picture(40, 64, page), { loss: cosine(pixels), max: 1.9 })).pass).toBe(true)
  })
})
