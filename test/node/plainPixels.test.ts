/** Small plain PNG and JPEG files are decoded in fewer steps: to the same samples, or not at all. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeBySharp } from '../../src/node/decodeBySharp.js'
import type { Decoded } from '../../src/node/decodedPicture.js'
import { plainPixels } from '../../src/node/plainPixels.js'
import { random } from '../support/images.js'

const SEED = 20261130

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** What a PNG of this test is. */
interface Png {
  readonly width: number
  readonly height: number
  /** 0 grey, 2 RGB, 4 grey with alpha, 6 RGBA. */
  readonly colours: number
  /** The filter of each line: the file says how lines are to be undone, so any bytes are a picture. */
  readonly filters: readonly number[]
  readonly next: () => number
  readonly depth?: number
  readonly interlaced?: boolean
  readonly before?: readonly Buffer[]
  readonly parts?: number
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 }

/** A PNG of random bytes; some of them zeros, where Paeth's three choices are equal. */
const png = ({ width, height, colours, filters, next, depth = 8, interlaced = false, before = [], parts = 1 }: Png): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colours, 0, 0, interlaced ? 1 : 0], 8)
  const line = (width * (SAMPLES[colours] ?? 1) * depth) / 8
  const lines = Array.from({ length: height }, (_, row) => [
    filters[row % filters.length] ?? 0,
    ...Array.from({ length: line }, () => (next() < 0.2 ? 0 : Math.floor(next() * 256))),
  ])
  const packed = deflateSync(Uint8Array.from(lines.flat()))
  const part = Math.ceil(packed.length / parts)
  const datas = Array.from({ length: parts }, (_, i) => chunk('IDAT', packed.subarray(i * part, (i + 1) * part)))
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), ...before, ...datas, chunk('IEND', Buffer.alloc(0))])
}

const plain = (bytes: Uint8Array): Promise<Decoded | undefined> => plainPixels(sharp, bytes)

/** The samples, and what is said of the file. */
const known = (decoded: Decoded): object => ({
  data: Buffer.from(decoded.data.buffer, decoded.data.byteOffset, decoded.data.byteLength).toString('base64'),
  ...said(decoded),
})

const said = ({ white, height, width, metadata }: Decoded): object => ({
  ...{ white, height, width },
  ...{ hasAlpha: metadata.hasAlpha, space: metadata.space, depth: metadata.depth, orientation: metadata.orientation, pages: metadata.pages },
  sides: [metadata.height, metadata.width],
})

/** A photograph-like picture: smooth, with an edge. */
const photo = (width: number, height: number, channels: 3 | 4 = 3) => {
  const next = random(SEED)
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return 100 + 60 * Math.sin(x / 7 + (i % channels)) + (y > height / 2 ? 60 : 0) + 20 * next()
  })
  return sharp(data, { raw: { width, height, channels } })
}

const expectSame = async (bytes: Uint8Array): Promise<void> => {
  const found = await plain(bytes)
  expect(found).toBeDefined()
  expect(found === undefined ? undefined : known(found)).toEqual(known(await decodeBySharp(sharp, bytes, undefined)))
}

describe('PNG', () => {
  it.each([0, 2, 6])('of colour type %i has the samples that sharp decodes, for every filter on the first and on other lines', async (colours) => {
    const next = random(SEED + colours)
    for (const first of [0, 1, 2, 3, 4])
      for (const [width, height] of [
        [1, 1],
        [1, 9],
        [13, 11],
        [33, 10],
      ] as const)
        // prettier-ignore
        await expectSame(png({ width, height, colours, next, filters: [first, 4, 3, 2, 1, 0, 3, 3, 4, 4, first], parts: height > 1 ? 3 : 1 }))
  })

  it('as sharp writes it, with alpha and without, in all sizes up to the largest', async () => {
    for (const [width, height] of [
      [96, 96],
      [255, 257],
      [512, 512],
    ] as const)
      // prettier-ignore
      for (const channels of [3, 4] as const) await expectSame(await photo(width, height, channels).png({ adaptiveFiltering: true }).toBuffer())
  })

  it('with chunks that change no pixel', async () => {
    const next = random(SEED)
    const before = [
      chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f])),
      chunk('cHRM', Buffer.from('00007a26000080840000fa00000080e8000075300000ea6000003a9800001770', 'hex')),
      chunk('sRGB', Buffer.from([0])),
      chunk('pHYs', Buffer.from([0, 0, 11, 18, 0, 0, 11, 18, 1])),
      chunk('tIME', Buffer.from([7, 234, 11, 30, 12, 0, 0])),
      chunk('tEXt', Buffer.from('Title\0a picture', 'latin1')),
    ]
    for (const [i] of before.entries()) await expectSame(png({ width: 9, height: 8, colours: 2, filters: [4], next, before: before.slice(0, i + 1) }))
  })

  it('of other kinds goes through all steps', async () => {
    const next = random(SEED)
    const small = { width: 8, height: 8, filters: [0], next }
    const kinds: Readonly<Record<string, Uint8Array>> = {
      'grey with alpha': png({ ...small, colours: 4 }),
      'of 16 bits': png({ ...small, colours: 2, depth: 16 }),
      interlaced: png({ ...small, colours: 2, interlaced: true }),
      'with a transparent colour': png({ ...small, colours: 2, before: [chunk('tRNS', Buffer.alloc(6))] }),
      'with a profile': await photo(8, 8).withIccProfile('p3').png().toBuffer(),
      'with an orientation': await photo(8, 8).withMetadata({ orientation: 6 }).png().toBuffer(),
      'with a palette': await photo(8, 8).png({ palette: true }).toBuffer(),
      animated: png({ ...small, colours: 2, before: [chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))] }),
      large: await photo(513, 512).png().toBuffer(),
      WebP: await photo(8, 8).webp().toBuffer(),
    }
    for (const [kind, bytes] of Object.entries(kinds)) expect(await plain(bytes), kind).toBeUndefined()
  })
})

describe('JPEG', () => {
  it('has the samples that all steps decode: grey and RGB, with full and halved colours, progressive, with restarts', async () => {
    for (const [width, height] of [
      [1, 1],
      [96, 96],
      [61, 47],
      [300, 200],
    ] as const)
      // prettier-ignore
      for (const options of [{ chromaSubsampling: '4:4:4' }, { chromaSubsampling: '4:2:0' }, { progressive: true }, { mozjpeg: true }]) {
        await expectSame(await photo(width, height).jpeg(options).toBuffer())
        await expectSame(await photo(width, height).grayscale().jpeg(options).toBuffer())
      }
  })

  it('of other kinds goes through all steps', async () => {
    const kinds: Readonly<Record<string, Uint8Array>> = {
      CMYK: await photo(16, 16).toColourspace('cmyk').jpeg().toBuffer(),
      'with a profile': await photo(16, 16).withIccProfile('p3').jpeg().toBuffer(),
      'with an orientation': await photo(16, 16).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      large: await photo(513, 512).jpeg().toBuffer(),
    }
    for (const [kind, bytes] of Object.entries(kinds)) expect(await plain(bytes), kind).toBeUndefined()
  })
})

it('damaged files are decoded where all steps decode them, and those of PNG to the same samples', async () => {
  const next = random(SEED)
  const files = [
    png({ width: 12, height: 9, colours: 6, filters: [4, 3, 1], next, parts: 2, before: [chunk('tEXt', Buffer.from('Title\0a picture', 'latin1'))] }),
    await photo(24, 20).png().toBuffer(),
    await photo(24, 20).jpeg().toBuffer(),
    await photo(24, 20).jpeg({ progressive: true }).toBuffer(),
  ]
  const outcomes = { decoded: 0, refused: 0 }
  for (let i = 0; i < 600; i++) {
    const file = Buffer.from(files[i % files.length] ?? [])
    // Most of what matters is in the first bytes.
    const at = Math.floor(next() ** 3 * file.length)
    const kind = next()
    const damaged =
      kind < 0.6
        ? file.fill(Math.floor(next() * 256), at, at + 1)
        : kind < 0.8
          ? file.subarray(0, at)
          : Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + Math.floor(next() * 4))])
    const found = await plain(damaged)
    if (found === undefined) outcomes.refused++
    else {
      outcomes.decoded++
      const all = await decodeBySharp(sharp, damaged, undefined).catch((error: unknown) => error)
      // Changed bytes of a JPEG may be coefficients that no encoder writes, which overflow differently in libjpeg-turbo's vector code and in its C code.
      const about = i % files.length < 2 ? known : said
      expect(all instanceof Error ? all.message : about(all as Decoded), `seed ${String(SEED)}, case ${String(i)}`).toEqual(about(found))
    }
  }
  expect(Math.min(outcomes.decoded, outcomes.refused)).toBeGreaterThan(50)
})
