/**
 * The frames of an animated PNG, which sharp does not count.
 */

const SIGNATURE = '\x89PNG\r\n\x1a\n'

/** The number of frames of an animated PNG; 1 for other files. Source: PNG specification, third edition, 11.3.2.1: `acTL` is before `IDAT`. */
export const pngFrames = (file: Uint8Array): number => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.toString('latin1', 0, 8) !== SIGNATURE) return 1
  for (let at = 8; at + 16 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.toString('latin1', at + 4, at + 8)
    if (chunk === 'acTL') return bytes.readUInt32BE(at + 8)
    if (chunk === 'IDAT') return 1
  }
  return 1
}
