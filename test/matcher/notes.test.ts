/** What the numbers of a comparison do not show is in its message: transparency, unused frames, converted colours. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lookLike } from '../../src/matcher/lookLike.js'
import { matcherRun } from '../support/matcherRun.js'
import { window } from './project.js'

let folder = ''
const at = (name: string): string => join(folder, name)
const messageOf = async (picture: unknown, reference: string, isNot = false): Promise<string> => {
  const { pass, message } = await lookLike(matcherRun(folder), { picture, reference, options: { psnr: 40 }, isNot })
  expect(pass).toBe(isNot)
  return message()
}

/** A GIF or WebP of two frames of 12 x 16 pixels, the first of this grey. */
const frames = (grey: number, format: 'gif' | 'webp'): Promise<Buffer> =>
  sharp(Buffer.alloc(16 * 24 * 3).fill(grey, 0, 16 * 12 * 3), { raw: { width: 16, height: 24, channels: 3, pageHeight: 12 } })
    .toFormat(format, { loop: 0, delay: [100, 100] })
    .toBuffer()

const flat = (alpha: number, background = 200): Promise<Buffer> =>
  sharp({ create: { width: 16, height: 12, channels: 4, background: { r: background, g: background, b: background, alpha } } })
    .png()
    .toBuffer()

/** The PNG with the chunk that makes it an animation of three frames. Source: PNG specification, third edition, 11.3.2.1. */
const animated = (png: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from('acTL'), Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])])
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([png.subarray(0, 33), Buffer.from([0, 0, 0, 8]), body, crc, png.subarray(33)])
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-'))
  await writeFile(at('grey.png'), await flat(1))
  await writeFile(at('clear.png'), await flat(0.5))
  await writeFile(at('frames.gif'), await frames(200, 'gif'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('names frames that are not used, also where the first ones are equal', async () => {
  const reference = `${at('frames.gif')} has 2 frames or pages; only the first is used.`
  const message = await messageOf(await frames(20, 'webp'), 'frames.gif')
  expect(message).toContain(`\n  ${reference}\n  The picture has 2 frames or pages; only the first is used.\n`)
  expect(await messageOf(await frames(200, 'gif'), 'frames.gif', true)).toMatch(/they are equal\n.*frames\.gif has 2 frames/)
  expect(await messageOf(animated(await flat(1, 20)), 'grey.png')).toContain('\n  The picture has 3 frames or pages; only the first is used.\n')
})

it('says on which backgrounds transparent pictures were compared', async () => {
  expect(await messageOf(await flat(0.2), 'clear.png')).toContain(
    `\n  The picture and ${at('clear.png')} have transparent pixels; they were compared on white and on black, and the larger distance counts.\n`,
  )
  const tensor = tf.zeros([12, 16, 3])
  expect(await messageOf(tensor, 'clear.png')).toContain(`\n  ${at('clear.png')} has transparent pixels; they show white.\n`)
  tensor.dispose()
})

it('says that CMYK was converted', async () => {
  const cmyk = await sharp(await flat(1, 20))
    .removeAlpha()
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer()
  expect(await messageOf(cmyk, 'grey.png')).toContain('\n  The picture is CMYK; it was converted to RGB.\n')
})

it('are also there where sizes differ, and not for ordinary pictures', async () => {
  const failure = lookLike(matcherRun(folder), { picture: await window('#2463eb'), reference: 'frames.gif', options: { psnr: 40 }, isNot: false })
  await expect(failure).rejects.toThrow(/expected equal sizes[\s\S]*frames\.gif has 2 frames or pages; only the first is used/)
  expect(await messageOf(await flat(1, 20), 'grey.png')).not.toMatch(/frames|transparent|converted/)
})
