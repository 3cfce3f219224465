/**
 * Equal pictures, the usual result of a test: found by bytes, then by pixels, before a backend starts or a network loads.
 */
import { readFile } from 'node:fs/promises'
import { LossException } from '../index.js'
import { decodePixels } from '../node/decodePixels.js'
import type { Pixels } from '../node/decodedPicture.js'
import { reasonOf } from '../node/reason.js'
import { copyIgnored } from './ignoredRegions.js'
import type { Settings } from './settings.js'

/** The pixels of a reference and of a picture of the same size; the ignored rectangles of the picture are the reference's. */
export interface PixelPair {
  readonly reference: Pixels
  readonly picture: Pixels
}

/** The result: equal pictures, pictures of the same size that differ, or pictures of different sizes or depths. */
export type PixelComparison = 'equal' | 'unlike' | PixelPair

/**
 * Compares a picture file with its reference in every sample that is not ignored, transparency included.
 *
 * @throws LossException `ImageUnreadable` for a file that cannot be decoded, also where both have the same bytes.
 */
export const comparePixels = async (reference: string, picture: Uint8Array, settings: Settings = {}): Promise<PixelComparison> => {
  const expected = await readFile(reference)
  const received = await decoded(picture, `of ${String(picture.length)} bytes`)
  if (sameSamples(expected, picture)) return 'equal'
  const other = await decoded(expected, reference)
  if (received.height !== other.height || received.width !== other.width || received.white !== other.white) return 'unlike'
  copyIgnored(settings.ignore ?? [], other, received)
  return sameSamples(received.data, other.data) ? 'equal' : { reference: other, picture: received }
}

const decoded = async (bytes: Uint8Array, path: string): Promise<Pixels> => {
  try {
    return await decodePixels(bytes)
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnreadable', path, reason: reasonOf(error) })
  }
}

/** By Buffer's comparison: a loop over elements is ten times as slow in Jest's sandbox. */
const sameSamples = (a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): boolean => bufferOf(a).equals(bufferOf(b))

/** The same memory as bytes. */
export const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
