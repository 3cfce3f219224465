/** Pictures in files: what is written is read, and what cannot be is said in one sentence. */
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { LossException, type LossError } from '../../src/index.js'
import { readImage, tryReadImage, tryWriteImage, writeImage } from '../../src/node/index.js'
import { random } from '../support/images.js'
import { take } from '../support/tensors.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-'))
})
afterAll(() => rm(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

/** Every byte value in each channel, shuffled: 16 x 16 pixels. */
const everyByte = (): Float32Array => {
  const next = random(5)
  const channels = [0, 1, 2].map(() => Array.from({ length: 256 }, (_, i) => ({ i, key: next() })).sort((a, b) => a.key - b.key))
  return Float32Array.from({ length: 768 }, (_, i) => (channels[i % 3]![Math.floor(i / 3)]?.i ?? 0) / 255)
}

const errorOf = async (work: Promise<unknown>): Promise<LossError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof LossException)) throw new Error(`expected a LossException, got ${String(error)}`)
  return error.error
}

/** PNG's checksum. Source: the PNG specification, third edition, annex D. */
const crcOf = (data: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A picture of one pixel per colour, 8 bits. */
const raw = (samples: readonly number[], width: number, channels: 1 | 2 | 3 | 4) =>
  sharp(Uint8Array.from(samples), { raw: { width, height: samples.length / channels / width, channels } })

const bytes = (tensor: Tensor): readonly number[] => Array.from(take(tensor), (value) => value * 255)
const nearly = (expected: readonly number[]): readonly unknown[] => expected.map((value) => expect.closeTo(value, 2) as unknown)

describe('round trip', () => {
  it('of every 8-bit value through PNG is exact', async () => {
    const values = everyByte()
    await writeImage(at('bytes.png'), tf.tensor4d(values, [1, 16, 16, 3]))
    const image = await readImage(at('bytes.png'))
    expect(image.shape).toEqual([1, 16, 16, 3])
    expect(image.dtype).toBe('float32')
    expect(take(image)).toEqual(values)
  })

  it.each(['jpg', 'jpeg', 'webp', 'PNG'])('through .%s is near', async (extension) => {
    const file = at(`smooth.${extension}`)
    const ramp = Float32Array.from({ length: 24 * 32 * 3 }, (_, i) => Math.floor(i / 3) / (24 * 32))
    await writeImage(file, tf.tensor3d(ramp, [24, 32, 3]))
    const image = await readImage(pathToFileURL(file))
    expect(image.shape).toEqual([1, 24, 32, 3])
    const values = take(image)
    expect(Math.max(...ramp.map((value, i) => Math.abs(value - (values[i] ?? 9))))).toBeLessThan(0.03)
  })

  it('clips to [0, 1] and rounds to the nearest byte', async () => {
    await writeImage(at('clip.png'), tf.tensor3d([-0.5, 1.5, 0.4 / 255, 0.6 / 255, 254.6 / 255, 1], [1, 2, 3]))
    expect(bytes(await readImage(at('clip.png')))).toEqual(nearly([0, 255, 0, 1, 255, 255]))
  })
})

describe('reading', () => {
  it('makes RGB of grey', async () => {
    await raw([0, 100, 255, 7], 2, 1).toColourspace('b-w').png().toFile(at('grey.png'))
    expect((await sharp(at('grey.png')).metadata()).channels).toBe(1)
    expect(bytes(await readImage(at('grey.png')))).toEqual(nearly([0, 0, 0, 100, 100, 100, 255, 255, 255, 7, 7, 7]))
  })

  it('lays alpha on white', async () => {
    await raw([10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, 51], 3, 4).png().toFile(at('alpha.png'))
    expect(bytes(await readImage(at('alpha.png')))).toEqual(nearly([255, 255, 255, 10, 20, 30, 204, 204, 204]))
  })

  it('lays alpha on white for grey and for palettes', async () => {
    await raw([0, 0, 100, 255], 2, 2).toColourspace('b-w').png().toFile(at('greyalpha.png'))
    expect(bytes(await readImage(at('greyalpha.png')))).toEqual(nearly([255, 255, 255, 100, 100, 100]))
    await raw([10, 20, 30, 0, 10, 20, 30, 255], 2, 4).png({ palette: true }).toFile(at('palette.png'))
    const palette = bytes(await readImage(at('palette.png')))
    expect(palette.slice(0, 3)).toEqual(nearly([255, 255, 255]))
    expect(palette[3]).toBeLessThan(15)
  })

  it.each([
    [1, [10, 20, 30, 40, 50, 60], [1, 2]],
    [3, [40, 50, 60, 10, 20, 30], [1, 2]],
    [6, [10, 20, 30, 40, 50, 60], [2, 1]],
    [8, [40, 50, 60, 10, 20, 30], [2, 1]],
  ] as const)("applies EXIF's orientation %i", async (orientation, expected, [height, width]) => {
    const file = at(`exif${String(orientation)}.png`)
    await raw([10, 20, 30, 40, 50, 60], 2, 3).withMetadata({ orientation }).png().toFile(file)
    const image = await readImage(file)
    expect(image.shape).toEqual([1, height, width, 3])
    expect(bytes(image)).toEqual(nearly(expected))
  })

  it('keeps the precision of 16 bits, with alpha and without', async () => {
    const deep = (samples: readonly number[], channels: 3 | 4) =>
      sharp(Uint16Array.from(samples), { raw: { width: 2, height: 1, channels } })
        .toColourspace('rgb16')
        .png()
    await deep([0, 1, 2, 65535, 30001, 30002], 3).toFile(at('deep.png'))
    const values = take(await readImage(at('deep.png')))
    expect(Array.from(values, (value) => Math.round(value * 65535))).toEqual([0, 1, 2, 65535, 30001, 30002])
    await deep([0, 1, 2, 65535, 9, 9, 9, 0], 4).toFile(at('deepalpha.png'))
    const laid = take(await readImage(at('deepalpha.png')))
    expect(Array.from(laid, (value) => Math.round(value * 65535))).toEqual([0, 1, 2, 65535, 65535, 65535])
  })

  it('sizes by the longest side, or exactly', async () => {
    await raw(new Array<number>(40 * 20 * 3).fill(90), 40, 3)
      .png()
      .toFile(at('wide.png'))
    const shapeAt = async (size: number | readonly [number, number]) => {
      const image = await readImage(at('wide.png'), { size })
      expect(bytes(image).every((value) => Math.abs(value - 90) < 1)).toBe(true)
      return image.shape
    }
    expect(await shapeAt(10)).toEqual([1, 5, 10, 3])
    expect(await shapeAt(80)).toEqual([1, 40, 80, 3])
    expect(await shapeAt([12, 34])).toEqual([1, 12, 34, 3])
  })

  it('reads a rewritten file again', async () => {
    for (const value of [0.2, 0.8]) {
      await writeImage(at('anew.png'), tf.fill([2, 2, 3], value))
      expect(bytes(await readImage(at('anew.png')))[0]).toBeCloseTo(value * 255, 1)
    }
  })

  it('leaves one tensor, or none when it fails', async () => {
    await writeImage(at('one.png'), tf.zeros([2, 2, 3]))
    const before = tf.memory().numTensors
    const image = await readImage(at('one.png'))
    expect(tf.memory().numTensors).toBe(before + 1)
    image.dispose()
    await errorOf(readImage(at('none.png')))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('what cannot be read', () => {
  it('a missing file, and a folder', async () => {
    const missing = await errorOf(readImage(at('none.png')))
    expect(missing).toEqual({ _tag: 'ImageUnreadable', path: at('none.png'), reason: 'there is no such file or folder' })
    expect(await errorOf(readImage(folder))).toMatchObject({ _tag: 'ImageUnreadable', reason: 'it is a folder' })
  })

  it('something else than a picture, and a truncated one', async () => {
    await writeFile(at('text.png'), 'not a picture')
    expect(await errorOf(readImage(at('text.png')))).toMatchObject({
      _tag: 'ImageUnreadable',
      reason: expect.stringMatching(/not a supported picture format, expected PNG, JPEG, WebP, AVIF, TIFF or GIF/) as string,
    })
    await writeFile(at('empty.png'), '')
    expect(await errorOf(readImage(at('empty.png')))).toMatchObject({ _tag: 'ImageUnreadable' })
    await writeImage(at('cut.png'), tf.tensor4d(everyByte(), [1, 16, 16, 3]))
    await truncate(at('cut.png'), 500)
    expect(await errorOf(readImage(at('cut.png')))).toMatchObject({ _tag: 'ImageUnreadable', path: at('cut.png') })
  })

  it('a header that claims more than there is, before a gigabyte is taken for it', async () => {
    // The first was found by fuzzing, the second by hand. A PNG's header stands at byte 16, and its checksum behind it; that of a progressive JPEG is behind 0xffc2.
    const png = await raw([1, 2, 3, 4], 2, 1).png().toBuffer()
    png.writeUInt32BE(16_767_256, 16)
    png.writeUInt32BE(crcOf(png.subarray(12, 29)), 29)
    expect(await errorOf(readImage(png))).toMatchObject({ reason: 'it has 16767256 x 2 pixels, expected at most 65535 along a side' })
    const jpeg = await raw([1, 2, 3, 4], 2, 1).jpeg({ progressive: true }).toBuffer()
    const header = jpeg.indexOf(Buffer.from([0xff, 0xc2]))
    jpeg.writeUInt16BE(16_000, header + 5)
    jpeg.writeUInt16BE(16_383, header + 7)
    expect(await errorOf(readImage(jpeg))).toMatchObject({
      reason: `it is truncated or damaged: a JPEG of ${String(jpeg.length)} bytes cannot have 16383 x 16000 pixels`,
    })
  })

  it('but reads what is as dense as can be: a blank JPEG', async () => {
    const blank = await sharp({ create: { width: 2000, height: 1500, channels: 3, background: '#ffffff' } })
      .jpeg({ progressive: true, quality: 1, chromaSubsampling: '4:2:0' })
      .toBuffer()
    const image = await readImage(blank)
    expect(image.shape).toEqual([1, 1500, 2000, 3])
    image.dispose()
  })

  it.each([0, -3, 2.5, Number.NaN, [4, 0] as const])('a size of %s', async (size) => {
    expect(await errorOf(readImage(at('none.png'), { size }))).toMatchObject({ _tag: 'BadOptions', id: 'readImage' })
  })

  it('is a Left of tryReadImage', async () => {
    expect(await tryReadImage(at('none.png'))()).toMatchObject({ _tag: 'Left', left: { _tag: 'ImageUnreadable' } })
  })
})

describe('what cannot be written', () => {
  const image = (shape: readonly number[]) => tf.fill([...shape], 0)

  it.each(['picture.gif', 'picture'])('the extension of %s', async (name) => {
    const error = await errorOf(writeImage(at(name), image([2, 2, 3])))
    expect(error).toMatchObject({ _tag: 'ImageUnwritable', reason: 'its extension is unknown, expected one of .png, .jpg, .jpeg, .webp' })
  })

  it.each([[[2, 2, 4]], [[2, 2, 2, 3]], [[2, 3]], [[0, 2, 3]]])('a tensor of shape %j', async (shape) => {
    expect(await errorOf(writeImage(at('shape.png'), image(shape)))).toMatchObject({ reason: expect.stringContaining(`[${shape.join(', ')}]`) as string })
  })

  it('an int32 tensor, a disposed one, NaN', async () => {
    expect(await errorOf(writeImage(at('bad.png'), tf.zeros([2, 2, 3], 'int32')))).toMatchObject({ reason: expect.stringContaining('int32') as string })
    const disposed = image([2, 2, 3])
    disposed.dispose()
    expect(await errorOf(writeImage(at('bad.png'), disposed))).toMatchObject({ reason: 'its tensor was disposed of' })
    const broken = tf.tensor3d([Number.NaN, 0, Infinity], [1, 1, 3])
    expect(await errorOf(writeImage(at('bad.png'), broken))).toMatchObject({ reason: '2 of its 3 values are non-finite (NaN or infinity)' })
    expect(await readdir(folder)).not.toContain('bad.png')
  })

  it('into a missing folder; a Left of tryWriteImage', async () => {
    const written = await tryWriteImage(at('nowhere/picture.png'), image([2, 2, 3]))()
    expect(written).toMatchObject({ _tag: 'Left', left: { _tag: 'ImageUnwritable', reason: 'there is no such file or folder' } })
  })

  it('leaves the old file, and nothing beside it', async () => {
    await writeImage(at('old.png'), image([2, 2, 3]))
    const before = await readFile(at('old.png'))
    await errorOf(writeImage(at('old.png'), tf.fill([2, 2, 3], Number.NaN)))
    expect(await readFile(at('old.png'))).toEqual(before)
    await mkdir(at('folder.png'))
    expect(await errorOf(writeImage(at('folder.png'), image([2, 2, 3])))).toMatchObject({ _tag: 'ImageUnwritable' })
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('without sharp', () => {
  it('says what is missing and how to get it', async () => {
    await writeImage(at('any.png'), tf.zeros([2, 2, 3]))
    vi.resetModules()
    vi.doMock('sharp', () => {
      throw new Error("Cannot find package 'sharp'")
    })
    const alone = await import('../../src/node/index.js')
    const read = await alone.tryReadImage(at('any.png'))()
    expect(read).toMatchObject({ left: { _tag: 'ImageUnreadable', reason: expect.stringMatching(/sharp.*npm install sharp$/) as string } })
    const written = await alone.tryWriteImage(at('any.png'), tf.zeros([2, 2, 3]))()
    expect(written).toMatchObject({ left: { _tag: 'ImageUnwritable', reason: expect.stringMatching(/sharp.*npm install sharp$/) as string } })
    vi.doUnmock('sharp')
  })
})
