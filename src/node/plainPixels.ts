/**
 * Small plain PNG and JPEG files as RGBA samples, in less processor time than `decodeBySharp` takes.
 *
 * Law: the samples are those of `decodeBySharp`; undefined for every other file and every damaged one.
 */
import type Sharp from 'sharp'
import type { Decoded } from './decodedPicture.js'
import { plainHeader, type PlainHeader } from './plainHeader.js'
import { pngLines } from './plainPng.js'

/** In larger pictures the steps that are saved are a small part. */
const MOST_PIXELS = 512 * 512

/** Larger PNG files are decoded by sharp: its filters are quicker, and it works on other threads. */
const MOST_PNG_PIXELS = 256 * 256

/** The picture of a small plain file; undefined if it is not one, or cannot be decoded. */
export const plainPixels = async (sharp: typeof Sharp, file: Uint8Array): Promise<Decoded | undefined> => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const header = plainHeader(bytes)
  if (header === undefined || header.width * header.height > MOST_PIXELS) return undefined
  const { format, width, height, channels, ...metadata } = header
  const picture = (data: Uint8Array): Decoded => ({ data, white: 255, height, width, metadata: { ...metadata, height, width } })
  if (format === 'png' && width * height <= MOST_PNG_PIXELS) {
    const lines = pngLines(bytes, header)
    return lines === undefined ? undefined : picture(rgbaOf({ samples: lines, before: 1 }, header))
  }
  try {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    if (info.width !== width || info.height !== height || info.channels !== channels) return undefined
    return picture(channels === 4 ? data : rgbaOf({ samples: data, before: 0 }, header))
  } catch {
    return undefined
  }
}

/** Lines of samples, each after this many other bytes. */
interface Lines {
  readonly samples: Uint8Array
  readonly before: number
}

const rgbaOf = ({ samples, before }: Lines, { width, height, channels }: PlainHeader): Uint8Array => {
  const data = new Uint8Array(4 * width * height)
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  for (let row = 0; row < height; row++) {
    let from = (row + 1) * before + row * width * channels
    let to = 4 * row * width
    for (const end = to + 4 * width; to < end; to += 4, from += channels) {
      data[to] = samples[from] ?? 0
      data[to + 1] = samples[from + green] ?? 0
      data[to + 2] = samples[from + blue] ?? 0
      data[to + 3] = channels === 4 ? (samples[from + 3] ?? 0) : 255
    }
  }
  return data
}
