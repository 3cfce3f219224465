/** The decoder of small JPEG files: libjpeg-turbo's samples, as sharp gives them, to the bit. */
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { jpegPixels } from '../../src/node/pictureDecoder.js'
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
          const found = jpegPixels(file, { width, height, channels: 3 })
          const about = `seed ${String(SEED)}: quality ${String(quality)}, ${chromaSubsampling}, ${String(width)} x ${String(height)}`
          expect(found, about).toBeDefined()
          expect(Buffer.compare(found ?? new Uint8Array(), await bySharp(file)), about).toBe(0)
        }
      }
})

/** The blocks of a grey file as those of one of three components: two of luma along the line, and one of each colour (4:2:2, which sharp does not write). */
const halvedAlongLines = (grey: Buffer, width: number, height: number): Buffer => {
  const [frame, scan] = [grey.indexOf(Buffer.from('ffc0', 'hex')), grey.indexOf(Buffer.from('ffda', 'hex'))]
  const behind = (marker: number): number => marker + 2 + grey.readUInt16BE(marker + 2)
  const size = Buffer.alloc(4)
  size.writeUInt16BE(height, 0)
  size.writeUInt16BE(width, 2)
  return Buffer.concat([
    grey.subarray(0, frame),
    ...[Buffer.from('ffc0001108', 'hex'), size, Buffer.from('03012100021100031100', 'hex')],
    grey.subarray(behind(frame), scan),
    Buffer.from('ffda000c03010002000300003f00', 'hex'),
    grey.subarray(behind(scan)),
  ])
}

it('has the samples of colours that are halved along lines alone', async () => {
  for (const [across, down] of [
    [6, 12],
    [1, 3],
    [5, 2],
  ] as const)
    // prettier-ignore
    for (const [right, below] of [[0, 0], [1, 1], [9, 5]] as const) {
      const grey = picture(32 * across * down, 8, () => 100 + 40 * next()).toColourspace('b-w')
      const [width, height] = [16 * across - right, 8 * down - below]
      const file = halvedAlongLines(await grey.jpeg({ quality: 90 }).toBuffer(), width, height)
      const found = jpegPixels(file, { width, height, channels: 3 })
      expect(Buffer.compare(found ?? new Uint8Array(), await bySharp(file)), `seed ${String(SEED)}: ${String(width)} x ${String(height)}`).toBe(0)
    }
})

it('of another size, progressive, or without its end is refused', async () => {
  const image = picture(24, 20, (i) => i % 256)
  const file = await image.clone().jpeg().toBuffer()
  expect(jpegPixels(file, { width: 24, height: 20, channels: 3 })).toBeDefined()
  expect(jpegPixels(file, { width: 20, height: 24, channels: 3 })).toBeUndefined()
  expect(jpegPixels(await image.clone().jpeg({ progressive: true }).toBuffer(), { width: 24, height: 20, channels: 3 })).toBeUndefined()
  for (let length = 0; length < file.length; length++) expect(jpegPixels(file.subarray(0, length), { width: 24, height: 20, channels: 3 })).toBeUndefined()
})
