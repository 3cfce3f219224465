/** Pictures that differ only in what they leave transparent. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookLike } from '../../src/matcher/lookLike.js'
import { readImage } from '../../src/node/index.js'
import { LossException } from '../../src/index.js'
import { matcherRun } from '../support/matcherRun.js'
import { take } from '../support/tensors.js'
import { said } from './said.js'

const SIDE = 32
let folder = ''
const at = (name: string): string => join(folder, name)

/** White everywhere; opaque on one half, transparent on the other. */
const half = (name: string, opaque: (x: number) => boolean): Promise<unknown> => {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 < 3 || opaque((i >> 2) % SIDE) ? 255 : 0))
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 4 } }).png().toFile(at(name)) // prettier-ignore
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-transparency-'))
  await half('left.png', (x) => x < SIDE / 2)
  await half('right.png', (x) => x >= SIDE / 2)
  await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#ffffff' } }).png().toFile(at('white.png')) // prettier-ignore
})
afterAll(() => rm(folder, { recursive: true }))

describe('readImage', () => {
  it('lays transparent pixels on white, or on black', async () => {
    const means = await Promise.all([{}, { background: 'white' }, { background: 'black' }].map(async (options) => {
      const values = take(await readImage(at('left.png'), options as { background?: 'black' })) // prettier-ignore
      return values.reduce((sum, value) => sum + value, 0) / values.length
    })) // prettier-ignore
    expect(means).toEqual([1, 1, 0.5])
  })

  it('rejects another background', async () => {
    await expect(readImage(at('left.png'), { background: 'red' as 'white' })).rejects.toThrow(/background: received "red", expected one of "white", "black"/)
  })
})

describe('pictures that are equal on white and differ on black', () => {
  it('are compared on both, and the larger distance counts', async () => {
    const { status, out, err } = await said('compare', at('left.png'), at('right.png'), '--loss', 'mse,psnr,ssim', '--json')
    // On black every pixel is white in one of them and black in the other: a mean square of 1, which is 0 dB.
    const [{ scores }] = JSON.parse(out) as [{ readonly scores: Readonly<Record<string, number>> }]
    expect([status, scores['mse'], scores['psnr']]).toEqual([0, 1, expect.closeTo(0, 6)])
    expect(scores['ssim']).toBeLessThan(0.3)
    expect(err).toMatch(/have transparent pixels; they were compared on white and on black, and the larger distance counts\.$/)
  })

  it('are past a limit', async () => {
    expect((await said('compare', at('left.png'), at('right.png'), '--loss', 'psnr', '--min', 'psnr=30')).status).toBe(1)
  })

  it('are 0 apart from themselves', async () => {
    expect((await said('compare', at('left.png'), at('left.png'), '--loss', 'mse', '--csv')).out.split('\n')[1]).toMatch(/,0,$/)
  })

  it('show white if the other picture has no alpha channel, with a message', async () => {
    const { out, err } = await said('compare', at('white.png'), at('left.png'), '--loss', 'mse', '--csv')
    expect(out.split('\n')[1]).toMatch(/,0,$/)
    expect(err).toMatch(/left\.png has transparent pixels; they show white\.$/)
  })

  it('show heat', async () => {
    expect((await said('heatmap', at('left.png'), at('right.png'), at('heat.png'), '--loss', 'mse', '--map')).out).toMatch(/MSE is 1; the largest heat is 1/)
  })

  it('do not look alike in a test', async () => {
    const run = matcherRun(folder)
    const compared = await lookLike(run, { picture: at('left.png'), reference: 'right.png', options: { psnr: 30 }, isNot: false })
    expect([compared.pass, compared.message()]).toEqual([false, expect.stringMatching(/psnr +0 dB, at least 30 dB: too far/)])
    expect((await lookLike(run, { picture: at('left.png'), reference: 'left.png', options: { psnr: 30 }, isNot: false })).pass).toBe(true)
  })
})

describe('what is no picture', () => {
  it.each([
    ['words.png', 'these are words', /it is not a supported picture format, expected PNG, JPEG, WebP, AVIF, TIFF or GIF\./],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /its format is svg, expected PNG, JPEG, WebP, AVIF, TIFF or GIF\./],
    ['empty.png', '', /it is empty\./],
  ])('%s: the error lists the formats that are read', async (name, text, line) => {
    await writeFile(at(name), text)
    await expect(readImage(at(name))).rejects.toThrow(LossException)
    await expect(readImage(at(name))).rejects.toThrow(line)
  })
})
