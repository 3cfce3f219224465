/**
 * Any picture file as RGBA samples by sharp, and why one cannot be decoded. What no decoder should be given is rejected by its header.
 */
import type Sharp from 'sharp'
import type { Metadata, Sharp as SharpPicture } from 'sharp'
import type { Decoded } from './decodedPicture.js'
import { reasonOf } from './reason.js'

/** Vector formats (SVG) and documents are programs that may never end. */
const PICTURES: ReadonlySet<string> = new Set(['png', 'jpeg', 'jpg', 'webp', 'heif', 'avif', 'tiff', 'gif', 'jp2', 'jxl', 'ppm'])

/** The same, in words. */
const FORMATS = 'PNG, JPEG, WebP, AVIF, TIFF or GIF'

/** 16383 x 16383, sharp's default limit. */
const MOST_PIXELS = 0x3fff ** 2

/** What JPEG, GIF and AVIF end at. Of a wider PNG or TIFF the decoders take a gigabyte for the first lines, whatever is in the file. */
const LONGEST = 65_535

/** A JPEG's 8 x 8 pixels take a bit at least (Huffman's codes have no less); decoders of progressive ones set up all of them before they look. */
const PIXELS_A_BYTE = 8 * 64

/** Decodes a picture, upright; `sides` are those of `readImage`'s `size`. Throws an error whose message is the end of a sentence. */
export const decodeBySharp = async (sharp: typeof Sharp, bytes: Uint8Array, sides: readonly number[] | undefined): Promise<Decoded> => {
  const metadata = await metadataOf(sharp, bytes)
  const { depth, format, compression, width, height } = metadata
  if (!PICTURES.has(format) || compression === 'hevc') throw new Error(`its format is ${compression === 'hevc' ? 'HEIC' : format}, expected ${FORMATS}`)
  const said = `${String(width)} x ${String(height)}`
  if (Math.max(width, height) > LONGEST) throw new Error(`it has ${said} pixels, expected at most ${String(LONGEST)} along a side`)
  if (width * height > MOST_PIXELS)
    throw new Error(`it has ${said} pixels, expected at most ${String(MOST_PIXELS)} (16383 x 16383); make it smaller, or cut it into pieces`)
  if (format === 'jpeg' && width * height > PIXELS_A_BYTE * bytes.length)
    throw new Error(`it is truncated or damaged: a JPEG of ${String(bytes.length)} bytes cannot have ${said} pixels`)
  const deep = depth === 'ushort'
  const space = deep ? 'rgb16' : 'srgb'
  const picture = resized(sharp(bytes).pipelineColourspace(space).rotate(), sides).toColourspace(space).ensureAlpha()
  const { data, info } = await picture.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true })
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data
  return { data: samples, white: deep ? 65535 : 255, height: info.height, width: info.width, metadata }
}

const metadataOf = async (sharp: typeof Sharp, bytes: Uint8Array): Promise<Metadata> => {
  if (bytes.length === 0) throw new Error('it is empty')
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (error) {
    if (reasonOf(error).includes('unsupported image format')) throw new Error(`it is not a supported picture format, expected ${FORMATS}`)
    throw error
  }
}

const resized = (picture: SharpPicture, sides: readonly number[] | undefined): SharpPicture => {
  if (sides === undefined) return picture
  const [height, width = height] = sides
  return picture.resize({ height, width, fit: sides.length === 1 ? 'inside' : 'fill' })
}
