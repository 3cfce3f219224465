/**
 * Small plain PNG and JPEG files as RGBA samples, in less processor time than `decodeBySharp` takes.
 *
 * Law: the samples are those of `decodeBySharp`; undefined for every other file, and for every damaged one that sharp refuses. A JPEG whose changed bytes are coefficients that no encoder
 * writes may have other samples: libjpeg-turbo's vector code and its C code overflow differently.
 */
import type Sharp from 'sharp'
import type { Decoded } from './decodedPicture.js'
import { jpegPixels } from './jpegPixels.js'
import { pngPixels, rgbaPixels } from './pictureDecoder.js'
import { plainHeader, type PlainHeader } from './plainHeader.js'
import { pngLines } from './plainPng.js'

/** In larger pictures the steps that are saved are a small part. */
const MOST_PIXELS = 512 * 512

/** Larger files are decoded by sharp: on other threads. */
const MOST_PIXELS_HERE = 256 * 256

/** The picture of a small plain file; undefined if it is not one, or cannot be decoded. */
export const plainPixels = async (sharp: typeof Sharp, file: Uint8Array): Promise<Decoded | undefined> => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const header = plainHeader(bytes)
  if (header === undefined || header.width * header.height > MOST_PIXELS) return undefined
  const { width, height } = header
  const data = (width * height <= MOST_PIXELS_HERE ? await decodedHere(bytes, header) : undefined) ?? (await decodedBySharp(sharp, bytes, header))
  return data === undefined ? undefined : { data, white: 255, height, width, metadata: header }
}

/** What sharp needs to set up its pipeline takes several times as long. */
const decodedHere = async (bytes: Buffer, header: PlainHeader): Promise<Uint8Array | undefined> => {
  if (header.isProgressive) return undefined
  if (header.format === 'jpeg') return jpegPixels(bytes, header.width, header.height)
  const lines = pngLines(bytes, header)
  return lines === undefined ? undefined : pngPixels(lines, header)
}

/** In fewer steps than `decodeBySharp` takes. */
const decodedBySharp = async (sharp: typeof Sharp, bytes: Buffer, header: PlainHeader): Promise<Uint8Array | undefined> => {
  try {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    if (info.width !== header.width || info.height !== header.height || info.channels !== header.channels) return undefined
    return header.channels === 4 ? data : rgbaPixels(data, header)
  } catch {
    return undefined
  }
}
