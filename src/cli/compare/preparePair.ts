/** Reads the pictures of a pair, and crops them. */
import type { Pixels } from '../../node/decodedPicture.js'
import { readPair, type PicturePair } from '../readPictures.js'
import type { Pair } from './pairs.js'

/** How a pair is prepared. */
export interface Preparing {
  /** Whether the picture is resized to its reference's size. */
  readonly resize: boolean
  /** Pixels cropped from each edge of both. */
  readonly crop: number
}

/** A pair to compare, with its files. */
export interface Ready extends PicturePair {
  readonly files: Pair
}

/** A pair that cannot be compared, and why. */
export interface Refused {
  readonly files: Pair
  readonly problem: unknown
}

/** Reads a pair; what prevents it is a value, too. */
export const prepare = async (files: Pair, { resize, crop }: Preparing): Promise<Ready | Refused> => {
  try {
    const pair = await readPair(files, resize)
    if (crop === 0) return { files, ...pair }
    return { files, ...pair, reference: cropped(pair.reference, crop, files.reference), picture: cropped(pair.picture, crop, files.picture) }
  } catch (problem) {
    return { files, problem }
  }
}

/** The picture without its edges. */
const cropped = ({ data, white, height, width }: Pixels, crop: number, file: string): Pixels => {
  if (Math.min(height, width) <= 2 * crop)
    throw new Error(
      `${file} has ${String(height)} x ${String(width)} pixels (height x width); --crop ${String(crop)} removes all of it. Crop less than half of each side.`,
    )
  const [high, wide] = [height - 2 * crop, width - 2 * crop]
  const inside = white === 255 ? new Uint8Array(4 * high * wide) : new Uint16Array(4 * high * wide)
  for (let row = 0; row < high; row++) {
    const from = 4 * ((row + crop) * width + crop)
    inside.set(data.subarray(from, from + 4 * wide), 4 * row * wide)
  }
  return { data: inside, white, height: high, width: wide }
}
