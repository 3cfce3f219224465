/** Reads pictures by name, with warnings about what is lost. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException } from '../index.js'
import { decodePixels } from '../node/decodePixels.js'
import type { Decoded, Header, Pixels } from '../node/decodedPicture.js'
import { fileNotes, onWhiteNotes, transparencyNotes } from '../node/pictureNotes.js'
import { pixelTensor } from '../node/pixelTensor.js'
import { reasonOf } from '../node/reason.js'
import { decodedTransparency, differOnBlack, transparencyOf, type Transparency } from '../node/transparency.js'
import { bytesOf } from './sourceBytes.js'
import { UsageError } from './usageError.js'

/** The extensions by which pictures are found in folders. */
export const PICTURES: readonly string[] = ['png', 'jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff', 'gif']

/** A picture, and warnings about its file. */
export interface Picture {
  readonly image: Tensor4D
  readonly surprises: readonly string[]
}

/** How a picture is read: resized to this longest side, or exactly to [height, width]. */
export interface ReadOptions {
  readonly size?: number | readonly [height: number, width: number]
}

/** The grey behind transparent pixels. */
const WHITE = 1

/** Reads a picture, transparent pixels on white; the tensor is the caller's. */
export const readPicture = async (file: string, options?: ReadOptions): Promise<Picture> => {
  const { pixels, surprises, transparency } = await readPixels(file, options)
  return { image: pixelTensor(pixels, WHITE), surprises: [...onWhiteNotes(file, transparency), ...surprises] }
}

/** A decoded picture, warnings about its file, and what its alpha channel holds. */
interface Read {
  readonly pixels: Decoded
  readonly surprises: readonly string[]
  readonly transparency: Transparency
}

const readPixels = async (file: string, { size }: ReadOptions = {}): Promise<Read> => {
  const bytes = await bytesOf(file)
  const pixels = await decoded(file, bytes, typeof size === 'number' ? [size] : size)
  const before = sidesBefore(pixels.metadata)
  const resizedWords = typeof size === 'number' && before !== sidesText(pixels) ? [`${file} was resized from ${before} to ${sidesText(pixels)}.`] : []
  const transparency = size === undefined ? decodedTransparency(pixels) : await transparencyOf(bytes)
  return { pixels, surprises: [...fileNotes(file, bytes, pixels.metadata), ...resizedWords], transparency }
}

/** The picture; an error names its file. */
const decoded = async (file: string, bytes: Uint8Array, sides?: readonly number[]): Promise<Decoded> => {
  try {
    return await decodePixels(bytes, sides)
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnreadable', path: file, reason: reasonOf(error) })
  }
}

/** The size of a file's picture, upright. */
const sidesBefore = ({ width, height, orientation = 1 }: Header): string =>
  orientation < 5 ? `${String(height)} x ${String(width)}` : `${String(width)} x ${String(height)}`

/** The size of a picture as text. */
export const sidesOf = ({ shape: [, height, width] }: Tensor4D): string => sidesText({ height, width })

const sidesText = ({ height, width }: Pick<Pixels, 'height' | 'width'>): string => `${String(height)} x ${String(width)}`

/** Two pictures of equal size as tensors. */
export interface Both {
  readonly reference: Tensor4D
  readonly picture: Tensor4D
}

/** Two decoded pictures of equal size, and warnings about their files. */
export interface PicturePair {
  readonly reference: Pixels
  readonly picture: Pixels
  /** Whether both have an alpha channel with transparent pixels, and are compared on black as well: the larger of both distances counts. */
  readonly onBlack: boolean
  readonly surprises: readonly string[]
}

type Files = { readonly [K in keyof Both]: string }

/** Reads both; if their sizes differ, `resize` resizes the second, or it is an error. */
export const readPair = async (files: Files, resize: boolean): Promise<PicturePair> => {
  const first = await readPixels(files.reference)
  const second = await readFitting(files, first.pixels, resize)
  const transparencies = transparencyNotes({ ...first, name: files.reference }, { ...second, name: files.picture })
  const onBlack = differOnBlack(first.transparency, second.transparency)
  return { reference: first.pixels, picture: second.pixels, onBlack, surprises: [...transparencies, ...first.surprises, ...second.surprises] }
}

const readFitting = async (files: Files, { height, width }: Pixels, resize: boolean): Promise<Read> => {
  const second = await readPixels(files.picture)
  if (second.pixels.height === height && second.pixels.width === width) return second
  const [ours, theirs] = [sidesText({ height, width }), sidesText(second.pixels)]
  if (!resize) throw new LossException({ _tag: 'UnequalSizes', ...files, sizes: [ours, theirs] })
  const { pixels } = await readPixels(files.picture, { size: [height, width] })
  return { ...second, pixels, surprises: [...second.surprises, `${files.picture} was resized from ${theirs} to ${ours}.`] }
}

const WRITTEN: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp']

/** Throws if a picture cannot be written to this path, before any work. */
export const checkWritable = async (file: string, extensions = WRITTEN): Promise<void> => {
  if (!extensions.includes(extname(file).toLowerCase()))
    throw new UsageError(`the output file: received '${file}', expected a name that ends in ${extensions.join(', ')}.`)
  try {
    await access(dirname(file), constants.W_OK)
  } catch (error) {
    throw new Error(`The picture ${file} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
}
