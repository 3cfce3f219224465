/** The chunks of a PNG file. Source: PNG specification, third edition, 5.3. */

/** A chunk by its place: its data are the bytes from `start` to before `end`, its type is before them, its checksum behind. */
export interface PngChunk {
  readonly type: string
  readonly start: number
  readonly end: number
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** Whether the bytes start as a PNG file does. */
export const isPng = (bytes: Buffer): boolean => bytes.length >= 8 && SIGNATURE.compare(bytes, 0, 8) === 0

/** The chunks of the bytes of a PNG file, as far as they are whole. */
export function* pngChunks(bytes: Buffer): Generator<PngChunk, undefined> {
  for (let start = 16; start + 4 <= bytes.length;) {
    const end = start + bytes.readUInt32BE(start - 8)
    if (end + 4 > bytes.length) return
    yield { type: bytes.toString('latin1', start - 4, start), start, end }
    start = end + 12
  }
}
