/**
 * The frames of an animated PNG, which sharp does not count.
 */
import { isPng, pngChunks } from './pngChunks.js'

/** The number of frames of an animated PNG; 1 for other files. Source: PNG specification, third edition, 11.3.2.1: `acTL` is before `IDAT`. */
export const pngFrames = (file: Uint8Array): number => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (!isPng(bytes)) return 1
  for (const { type, start, end } of pngChunks(bytes)) {
    if (type === 'acTL' && end - start >= 4) return bytes.readUInt32BE(start)
    if (type === 'IDAT') return 1
  }
  return 1
}
