/** Reads pictures by name, with warnings about what is lost. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException } from '../index.js'
import { readImage, type ReadImageOptions } from '../node/index.js'
import { fileNotes, onWhiteNotes, transparencyNotes } from '../node/pictureNotes.js'
import { reasonOf } from '../node/reason.js'
import { loadSharp } from '../node/sharp.js'
import { differOnBlack, transparencyOf, type Transparency } from '../node/transparency.js'
import { bytesOf } from './sourceBytes.js'
import { UsageError } from './usageError.js'

/** The extensions by which pictures are found in folders. */
export const PICTURES: readonly string[] = ['png', 'jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff', 'gif']

/** A picture, and warnings about its file. */
export interface Picture {
  readonly image: Tensor4D
  readonly surprises: readonly string[]
}

/** Reads a picture, transparent pixels on white; the tensor is the caller's. */
export const readPicture = async (file: string, options?: ReadImageOptions): Promise<Picture> => {
  const { image, surprises, transparency } = await read(file, options)
  return { image, surprises: [...onWhiteNotes(file, transparency), ...surprises] }
}

/** A picture read from its bytes, and what they say of its transparency. */
interface Read extends Picture {
  readonly transparency: Transparency
}

const read = async (file: string, options?: ReadImageOptions): Promise<Read> => {
  const bytes = await bytesOf(file)
  const image = await decoded(file, bytes, options)
  const { sides, surprises } = await lookInto(file, bytes)
  const resizedWords = typeof options?.size === 'number' && sides !== sidesOf(image) ? [`${file} was resized from ${sides} to ${sidesOf(image)}.`] : []
  return { image, surprises: [...surprises, ...resizedWords], transparency: await transparencyOf(bytes) }
}

/** The picture; an error names its file. */
const decoded = async (file: string, bytes: Uint8Array, options?: ReadImageOptions): Promise<Tensor4D> => {
  try {
    return await readImage(bytes, options)
  } catch (error) {
    if (error instanceof LossException && error.error._tag === 'ImageUnreadable') throw new LossException({ ...error.error, path: file })
    throw error
  }
}

/** The size of a file's picture after rotation by EXIF, and warnings: skipped frames, converted colours. */
const lookInto = async (file: string, bytes: Uint8Array): Promise<{ readonly sides: string; readonly surprises: readonly string[] }> => {
  const sharp = await loadSharp()
  const metadata = await sharp(bytes).metadata()
  const { width, height, orientation = 1 } = metadata
  return {
    sides: orientation < 5 ? `${String(height)} x ${String(width)}` : `${String(width)} x ${String(height)}`,
    surprises: fileNotes(file, bytes, metadata),
  }
}

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
    return { reference, picture: second.image, onBlack: both ? await pairOnBlack(files, reference) : undefined, surprises }
  } catch (error) {
    reference.dispose()
    throw error
  }
}

const pairOnBlack = async (files: Files, { shape: [, height, width] }: Tensor4D): Promise<Both> => {
  const onBlack = async (file: string): Promise<Tensor4D> => decoded(file, await bytesOf(file), { size: [height, width], background: 'black' })
  return { reference: await onBlack(files.reference), picture: await onBlack(files.picture) }
}

const readFitting = async (files: Files, reference: Tensor4D, resize: boolean): Promise<Read> => {
  const second = await read(files.picture)
  const [ours, theirs] = [sidesOf(reference), sidesOf(second.image)]
  if (ours === theirs) return second
  second.image.dispose()
  if (!resize) throw new LossException({ _tag: 'UnequalSizes', ...files, sizes: [ours, theirs] })
  const [, height, width] = reference.shape
  const { image } = await read(files.picture, { size: [height, width] })
  return { ...second, image, surprises: [...second.surprises, `${files.picture} was resized from ${theirs} to ${ours}.`] }
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
