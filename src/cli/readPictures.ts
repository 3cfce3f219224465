/** Reads pictures by name, with warnings about what is lost. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException } from '../index.js'
import { decodePixels } from '../node/decodePixels.js'
import type { Decoded, Header } from '../node/decodedPicture.js'
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
const [WHITE, BLACK] = [1, 0]

/** Reads a picture, transparent pixels on white; the tensor is the caller's. */
export const readPicture = async (file: string, options?: ReadOptions): Promise<Picture> => {
  const { image, surprises, transparency } = await read(file, options)
  return { image, surprises: [...onWhiteNotes(file, transparency), ...surprises] }
}

/** A picture, its pixels, and what its alpha channel holds. */
interface Read extends Picture {
  readonly pixels: Decoded
  readonly transparency: Transparency
}

const read = async (file: string, { size }: ReadOptions = {}): Promise<Read> => {
  const bytes = await bytesOf(file)
  const { pixels, image } = await decoded(file, bytes, typeof size === 'number' ? [size] : size)
  const before = sidesBefore(pixels.metadata)
  const resizedWords = typeof size === 'number' && before !== sidesOf(image) ? [`${file} was resized from ${before} to ${sidesOf(image)}.`] : []
  const transparency = size === undefined ? decodedTransparency(pixels) : await transparencyOf(bytes)
  return { pixels, image, surprises: [...fileNotes(file, bytes, pixels.metadata), ...resizedWords], transparency }
}

/** The picture; an error names its file. */
const decoded = async (file: string, bytes: Uint8Array, sides?: readonly number[]): Promise<Pick<Read, 'pixels' | 'image'>> => {
  try {
    const pixels = await decodePixels(bytes, sides)
    return { pixels, image: pixelTensor(pixels, WHITE) }
  } catch (error) {
    throw new LossException({ _tag: 'ImageUnreadable', path: file, reason: reasonOf(error) })
  }
}

/** The size of a file's picture, upright. */
const sidesBefore = ({ width, height, orientation = 1 }: Header): string =>
  orientation < 5 ? `${String(height)} x ${String(width)}` : `${String(width)} x ${String(height)}`

/** The size of a picture as text. */
export const sidesOf = ({ shape: [, height, width] }: Tensor4D): string => `${String(height)} x ${String(width)}`

/** Two pictures of equal size. */
export interface Both {
  readonly reference: Tensor4D
  readonly picture: Tensor4D
}

/** Two pictures of equal size, and warnings about their files. */
export interface PicturePair extends Both {
  /** The same on black, if both have an alpha channel with transparent pixels: the larger of both distances counts. */
  readonly onBlack: Both | undefined
  readonly surprises: readonly string[]
}

type Files = { readonly [K in keyof Both]: string }

/** Reads both; if their sizes differ, `resize` resizes the second, or it is an error. The caller disposes of the tensors. */
export const readPair = async (files: Files, resize: boolean): Promise<PicturePair> => {
  const first = await read(files.reference)
  const reference = first.image
  try {
    const second = await readFitting(files, reference, resize)
    const both = differOnBlack(first.transparency, second.transparency)
    const transparencies = transparencyNotes({ ...first, name: files.reference }, { ...second, name: files.picture })
    const surprises = [...transparencies, ...first.surprises, ...second.surprises]
    const onBlack = both ? { reference: pixelTensor(first.pixels, BLACK), picture: pixelTensor(second.pixels, BLACK) } : undefined
    return { reference, picture: second.image, onBlack, surprises }
  } catch (error) {
    reference.dispose()
    throw error
  }
}

const readFitting = async (files: Files, reference: Tensor4D, resize: boolean): Promise<Read> => {
  const second = await read(files.picture)
  const [ours, theirs] = [sidesOf(reference), sidesOf(second.image)]
  if (ours === theirs) return second
  second.image.dispose()
  if (!resize) throw new LossException({ _tag: 'UnequalSizes', ...files, sizes: [ours, theirs] })
  const [, height, width] = reference.shape
  const { pixels, image } = await read(files.picture, { size: [height, width] })
  return { ...second, pixels, image, surprises: [...second.surprises, `${files.picture} was resized from ${theirs} to ${ours}.`] }
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
