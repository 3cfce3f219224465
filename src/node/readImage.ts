import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E, taskEither as TE } from 'fp-ts'
import type Sharp from 'sharp'
import type { Metadata, Sharp as SharpPicture } from 'sharp'
import { argumentProblem } from '../core/arguments/guards.js'
import { LossException, type LossError } from '../index.js'
import { reasonOf } from './reason.js'
import { loadSharp } from './sharp.js'
import { oneOf, positiveInteger } from '../core/arguments/codecs.js'
import { optionsProblem, type Accepted } from '../core/arguments/accepted.js'

/** Options of `readImage`. */
export interface ReadImageOptions {
  /** The longest side in pixels, with the other in proportion, or exactly [height, width]; smaller pictures are enlarged. By default the original size. */
  readonly size?: number | readonly [height: number, width: number]
  /** The colour behind transparent pixels: 'white' (default) or 'black'. */
  readonly background?: 'white' | 'black'
}

const aPicture: Accepted = {
  name: 'a path, a file: URL or the bytes of a picture file',
  is: (value) => (typeof value === 'string' && value !== '') || (value instanceof URL && value.protocol === 'file:') || value instanceof Uint8Array,
}

const aSize: Accepted = {
  name: 'a whole number of pixels, or two: [height, width]',
  is: (value) =>
    positiveInteger.is(value) || (Array.isArray(value) && (value.length === 1 || value.length === 2) && value.every((side) => positiveInteger.is(side))),
}

/**
 * Reads a picture; a Left says why it cannot be read.
 *
 * @example pipe(await tryReadImage('photo.jpg')(), E.match(describeError, (image) => image.shape.join(' x '))) // "1 x 256 x 256 x 3"
 */
export const tryReadImage = (path: string | URL | Uint8Array, options: ReadImageOptions = {}): TE.TaskEither<LossError, Tensor4D> => {
  const problem = argumentProblem('The picture', path, aPicture) ?? optionsProblem('readImage', options, { size: aSize, background: oneOf('white', 'black') })
  if (problem !== undefined) return TE.left(problem)
  const { size, background = 'white' } = options
  const sides = size === undefined ? undefined : typeof size === 'number' ? [size] : size
  return TE.tryCatch(
    async () => toTensor(await decode(path, sides), LEVELS[background]),
    (error): LossError => ({ _tag: 'ImageUnreadable', path: nameOf(path), reason: reasonOf(error) }),
  )
}

/**
 * Reads a picture from a file, or from the bytes of one: float32 [1, height, width, 3], RGB in [0, 1].
 *
 * Supports PNG, JPEG, WebP, AVIF, TIFF and GIF. EXIF orientation is applied, grey becomes RGB, and 16-bit channels keep their precision. Transparent
 * pixels show white, or black with `{ background: 'black' }`: pictures that are equal on white but differ in transparency differ on black.
 * The caller disposes of the tensor.
 *
 * @throws LossException `ImageUnreadable` for a missing, truncated or unsupported file, or if sharp is not installed; `BadArgument` for a wrong size or background.
 * @example const photo = await readImage('photo.jpg', { size: 256 })
 */
export const readImage = async (path: string | URL | Uint8Array, options?: ReadImageOptions): Promise<Tensor4D> => {
  const image = await tryReadImage(path, options)()
  if (E.isLeft(image)) throw new LossException(image.left)
  return image.right
}

const nameOf = (path: string | URL | Uint8Array): string =>
  typeof path === 'string' ? path : path instanceof URL ? fileURLToPath(path) : `of ${String(path.length)} bytes`

/** Decoded RGBA. */
interface Pixels {
  readonly data: ArrayLike<number>
  /** The largest value of a sample. */
  readonly white: number
  readonly height: number
  readonly width: number
}

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

const decode = async (path: string | URL | Uint8Array, sides: readonly number[] | undefined): Promise<Pixels> => {
  // Bytes, not a path: sharp keeps files by their name, and would return an old picture for a rewritten file.
  const bytes = typeof path === 'string' || path instanceof URL ? await readFile(path) : path
  const sharp = await loadSharp()
  const { depth, format, compression, width, height } = await metadata(sharp, bytes)
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
  return { data: samples, white: deep ? 65535 : 255, height: info.height, width: info.width }
}

const metadata = async (sharp: typeof Sharp, bytes: Uint8Array): Promise<Metadata> => {
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

/** The backgrounds' values. */
const LEVELS = { white: 1, black: 0 } as const

/** Blends RGBA onto a grey of this value. */
const toTensor = ({ data, white, height, width }: Pixels, behind: number): Tensor4D => {
  const values = new Float32Array(height * width * 3)
  for (let i = 0; i < values.length; i++) {
    const pixel = 4 * Math.floor(i / 3)
    const alpha = (data[pixel + 3] ?? white) / white
    values[i] = ((data[pixel + (i % 3)] ?? 0) / white) * alpha + behind * (1 - alpha)
  }
  return tf.tensor4d(values, [1, height, width, 3])
}
