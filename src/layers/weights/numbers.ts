/**
 * Stored bytes as float32 numbers, exactly.
 */
import { halves } from './halves.js'
import type { StoredType } from './tensorFile.js'

/** The numbers in these little-endian bytes, in memory of their own. */
export const decodeNumbers = (type: StoredType, stored: Uint8Array): Float32Array => {
  const bytes = new Uint8Array(stored)
  if (type === 'F32') return new Float32Array(bytes.buffer)
  const halfs = new Uint16Array(bytes.buffer)
  if (type === 'F16') return halves(halfs)
  const bits = Uint32Array.from(halfs, (half) => half << 16)
  return new Float32Array(bits.buffer)
}
