/**
 * The headers of plain picture files: PNG and JPEG of 8 bits, grey or RGB, with alpha or without, whose samples are the pixels. sharp takes 0.15 ms to say the same.
 *
 * Law: a plain file has nothing that changes its pixels: no palette, colour profile, orientation, frames or gain map; where a file is damaged it is not plain, or sharp does not decode it.
 */
import type { Header } from './decodedPicture.js'
import { isPng, pngChunks } from './pngChunks.js'

/** What a plain file is. */
export interface PlainHeader extends Header {
  readonly format: 'png' | 'jpeg'
  /** Samples per pixel: 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: number
  /** A JPEG whose scans refine the whole picture. Decoders differ in what they make of such a file if its data are damaged. */
  readonly isProgressive: boolean
}

/** The header of a file that is plain; undefined for all others. */
export const plainHeader = (bytes: Buffer): PlainHeader | undefined => (isPng(bytes) ? pngHeader(bytes) : jpegHeader(bytes))

type Known = Pick<PlainHeader, 'format' | 'width' | 'height' | 'isProgressive'>

const headerOf = (known: Known, channels: number | undefined): PlainHeader | undefined =>
  channels === undefined || known.width === 0 || known.height === 0
    ? undefined
    : { ...known, channels, hasAlpha: channels === 4, space: channels === 1 ? 'b-w' : 'srgb', depth: 'uchar' }

/** Samples per pixel by a PNG's colour type. */
const CHANNELS: Readonly<Record<number, number | undefined>> = { 0: 1, 2: 3, 6: 4 }

/** PNG's chunks that change no pixel. Their lengths where these are fixed. */
const WITHOUT_EFFECT: ReadonlyMap<string, number | undefined> = new Map([
  ['IHDR', 13],
  ['IDAT', undefined],
  ['IEND', 0],
  ['gAMA', 4],
  ['cHRM', 32],
  ['sRGB', 1],
  ['pHYs', 9],
  ['tIME', 7],
  ['tEXt', undefined],
])

const pngHeader = (bytes: Buffer): PlainHeader | undefined => {
  const types: string[] = []
  for (const { type, start, end } of pngChunks(bytes)) {
    if (!WITHOUT_EFFECT.has(type) || (WITHOUT_EFFECT.get(type) ?? end - start) !== end - start) return undefined
    types.push(type)
  }
  const [first, last] = [types[0], types.at(-1)]
  if (first !== 'IHDR' || last !== 'IEND' || types.filter((type) => type === 'IHDR' || type === 'IEND').length !== 2) return undefined
  // 8 bits per sample, and the only compression and filter methods, not interlaced.
  const isPlain = bytes.readUInt8(24) === 8 && bytes.readUIntBE(26, 3) === 0
  const known: Known = { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), isProgressive: false }
  return isPlain ? headerOf(known, CHANNELS[bytes.readUInt8(25)]) : undefined
}

/** JPEG's markers of Huffman-coded pictures: baseline, extended and progressive. Source: ITU-T T.81, table B.1. */
const PROGRESSIVE = 0xc2
const FRAMES: readonly number[] = [0xc0, 0xc1, PROGRESSIVE]

/** Those that change no pixel: tables, the restart interval, JFIF (APP0), the kind of colours (APP14), and comments. */
const TABLES: readonly number[] = [0xc4, 0xdb, 0xdd, 0xe0, 0xee, 0xfe]

const START_OF_SCAN = 0xda

const jpegHeader = (bytes: Buffer): PlainHeader | undefined => {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  let found: PlainHeader | undefined
  for (let at = 2; at + 10 <= bytes.length;) {
    const marker = bytes.readUInt8(at + 1)
    if (bytes.readUInt8(at) !== 0xff) return undefined
    if (marker === START_OF_SCAN) return found
    if (FRAMES.includes(marker) && found === undefined) {
      const channels = bytes.readUInt8(at + 9)
      if (bytes.readUInt8(at + 4) !== 8 || (channels !== 1 && channels !== 3)) return undefined
      found = headerOf(
        { format: 'jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), isProgressive: marker === PROGRESSIVE },
        channels,
      )
    } else if (!TABLES.includes(marker)) return undefined
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
