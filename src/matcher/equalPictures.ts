/**
 * Equal pictures, the usual result of a test: found by bytes, then by pixels, before a backend starts or a network loads.
 */
import { readFile } from 'node:fs/promises'
import { LossException } from '../index.js'
import { decodePixels, type Pixels } from '../node/decodePixels.js'
import { reasonOf } from '../node/reason.js'
import { copyIgnored, type Settings } from './settings.js'

/**
 * Whether a picture file equals its reference in every sample that is not ignored, transparency included.
 *
 * @throws LossException `ImageUnreadable` for a file that cannot be decoded, also where both have the same bytes.
 */
export const areEqual = async (reference: string, picture: Uint8Array, settings: Settings = {}): Promise<boolean> => {
  const expected = await readFile(reference)
  const received = await decoded(picture, `of ${String(picture.length)} bytes`)
  if (sameBytes(expected, picture)) return true
  const other = await decoded(expected, reference)
  if (received.height !== other.height || received.width !== other.width || received.white !== other.white) return false
  copyIgnored(settings, other, received)
  return sameBytes(received.data, other.data)
}

const decoded = async (bytes: Uint8Array, path: string): Promise<Pixels> => {
  try {
    return await decodePixels(bytes)
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnreadable', path, reason: reasonOf(error) })
  }
}

/** By Buffer's comparison: a loop over elements is ten times as slow in Jest's sandbox. */
const sameBytes = (a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): boolean => bufferOf(a).equals(bufferOf(b))

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
