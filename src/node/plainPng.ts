/**
 * The lines of small plain PNG files. Source: PNG specification, third edition.
 */
import zlib from 'node:zlib'
import type { PlainHeader } from './plainHeader.js'
import { pngChunks } from './pngChunks.js'

/** The lines, each after the number of its filter; undefined for a damaged file. */
export const pngLines = (bytes: Buffer, { width, height, channels }: PlainHeader): Uint8Array | undefined => {
  const compressed = compressedOf(bytes)
  return compressed === undefined ? undefined : inflated(compressed, height * (1 + width * channels))
}

/** The compressed lines; undefined if a chunk is damaged or the parts are not one after the other. */
const compressedOf = (bytes: Buffer): Uint8Array | undefined => {
  const parts: Buffer[] = []
  let before = ''
  for (const { type, start, end } of pngChunks(bytes)) {
    if (zlib.crc32(bytes.subarray(start - 4, end)) !== bytes.readUInt32BE(end)) return undefined
    if (type === 'IDAT') {
      if (parts.length > 0 && before !== 'IDAT') return undefined
      parts.push(bytes.subarray(start, end))
    }
    before = type
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

const inflated = (compressed: Uint8Array, length: number): Uint8Array | undefined => {
  try {
    // One byte more: a longer picture does not pass as one of this length.
    const bytes = zlib.inflateSync(compressed, { maxOutputLength: length + 1, chunkSize: Math.max(64, length + 1) })
    return bytes.length === length ? bytes : undefined
  } catch {
    return undefined
  }
}
