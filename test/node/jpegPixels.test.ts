/** The decoder of small JPEG files: libjpeg-turbo's samples, as sharp gives them, to the bit. */
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { jpegPixels } from '../../src/node/jpegPixels.js'
import { random } from '../support/images.js'

const SEED = 20261201

const next = random(SEED)

/** What is compressed: each coefficient at random, only the extremes, and few coefficients. */
const KINDS: Readonly<Record<string, (i: number) => number>> = {
  noise: () => 256 * next(),
  extremes: () => (next() < 0.5 ? 0 : 255),
  smooth: (i) => 128 + 90 * Math.sin(i / 17) + 20 * next(),
}

const picture = (width: number, height: number, sample: (i: number) => number) =>
  sharp(
    Uint8Array.from({ length: 3 * width * height }, (_, i) => sample(i)),
    { raw: { width, height, channels: 3 } },
  )

/** The samples by sharp. */
const bySharp = (file: Buffer): Promise<Buffer> => sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer()

/** Sides of whole and of broken blocks; of colours of three samples a line and more, which libjpeg widens as these. */
const SIDES = [[96, 96], [61, 47], [5, 3], [8, 9], [17, 16], [6, 33], [256, 200]] as const // prettier-ignore

it.each(Object.entries(KINDS))('%s has the samples that sharp decodes, in all qualities, with full and halved colours, and grey', async (_kind, sample) => {
  for (const quality of [1, 5, 30, 80, 95, 100])
    for (const chromaSubsampling of ['4:4:4', '4:2:0'])
      for (const [width, height] of SIDES) {
        const image = picture(width, height, sample)
        for (const one of [image, image.clone().toColourspace('b-w')]) {
          const file = await one.jpeg({ quality, chromaSubsampling, optimiseCoding: quality > 50 }).toBuffer()
          const found = await jpegPixels(file, width, height)
          const about = `seed ${String(SEED)}: quality ${String(quality)}, ${chromaSubsampling}, ${String(width)} x ${String(height)}`
          expect(found, about).toBeDefined()
          expect(Buffer.compare(found ?? new Uint8Array(), await bySharp(file)), about).toBe(0)
        }
      }
})

it('of another size or without its end is refused, as is another file; the next file is decoded', async () => {
  const file = await picture(24, 20, (i) => i % 256)
    .jpeg()
    .toBuffer()
  expect(await jpegPixels(file, 20, 24)).toBeUndefined()
  expect(await jpegPixels(Buffer.from('text'), 24, 20)).toBeUndefined()
  for (let length = 0; length < file.length; length++) expect(await jpegPixels(file.subarray(0, length), 24, 20), String(length)).toBeUndefined()
  expect(await jpegPixels(file, 24, 20)).toBeDefined()
})

it('leaves no class of browsers behind', async () => {
  expect(
    await jpegPixels(
      await picture(8, 8, (i) => i)
        .jpeg()
        .toBuffer(),
      8,
      8,
    ),
  ).toBeDefined()
  expect('ImageData' in globalThis).toBe(false)
})
