/** Pictures as a person means them: read by their name, with a word about what is lost on the way. */
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Tensor4D } from '@tensorflow/tfjs'
import { LossException } from '../index.js'
import { readImage, type ReadImageOptions } from '../node/index.js'
import { reasonOf } from '../node/reason.js'
import { loadSharp } from '../node/sharp.js'
import { UsageError } from './usageError.js'

/** The extensions by which pictures are found in folders. */
export const PICTURES: readonly string[] = ['png', 'jpg', 'jpeg', 'webp', 'avif', 'tif', 'tiff', 'gif']

/** A picture, and what of its file is not in it. */
export interface Picture {
  readonly image: Tensor4D
  readonly surprises: readonly string[]
}

/** Reads a picture; the tensor is the caller's. */
export const readPicture = async (file: string, options?: ReadImageOptions): Promise<Picture> => {
  const image = await readImage(file, options)
  const { sides, surprises } = await lookInto(file)
  const brought = typeof options?.size === 'number' && sides !== sidesOf(image) ? [`${file} was brought from ${sides} to ${sidesOf(image)}.`] : []
  return { image, surprises: [...surprises, ...brought] }
}

/** The sides of a file's picture, upright, and what a person may not expect: transparency laid on white, frames left out. */
const lookInto = async (file: string): Promise<{ readonly sides: string; readonly surprises: readonly string[] }> => {
  const sharp = await loadSharp()
  const bytes = await readFile(file)
  const { hasAlpha, pages = 1, space, depth, width, height, orientation = 1 } = await sharp(bytes).metadata()
  const transparent = hasAlpha && !(await sharp(bytes).stats()).isOpaque
  const surprises = [
    ...(transparent ? [`${file} is transparent in places; it was laid on white.`] : []),
    ...(pages > 1 ? [`${file} has ${String(pages)} frames or pages; only the first was looked at.`] : []),
    ...(space === 'cmyk' ? [`${file} is CMYK; it was converted to RGB.`] : []),
    ...(['float', 'double', 'uint', 'int'].includes(depth) ? [`${file} has samples of ${depth}; they were brought to 8 bits.`] : []),
  ]
  return { sides: orientation < 5 ? `${String(height)} x ${String(width)}` : `${String(width)} x ${String(height)}`, surprises }
}

/** The sides of a picture, as people write them. */
export const sidesOf = ({ shape: [, height, width] }: Tensor4D): string => `${String(height)} x ${String(width)}`

/** Two pictures of one size, and what of their files is not in them. */
export interface PicturePair {
  readonly reference: Tensor4D
  readonly picture: Tensor4D
  readonly surprises: readonly string[]
}

/** Reads both; another size of the second is an error, or `resize` brings it to the first one's. The tensors are the caller's. */
export const readPair = async (files: { readonly reference: string; readonly picture: string }, resize: boolean): Promise<PicturePair> => {
  const { image: reference, surprises } = await readPicture(files.reference)
  try {
    const second = await readFitting(files, reference, resize)
    return { reference, picture: second.image, surprises: [...surprises, ...second.surprises] }
  } catch (error) {
    reference.dispose()
    throw error
  }
}

const readFitting = async (files: { readonly reference: string; readonly picture: string }, reference: Tensor4D, resize: boolean): Promise<Picture> => {
  const second = await readPicture(files.picture)
  const [ours, theirs] = [sidesOf(reference), sidesOf(second.image)]
  if (ours === theirs) return second
  second.image.dispose()
  if (!resize) throw new LossException({ _tag: 'UnequalSizes', ...files, sizes: [ours, theirs] })
  const [, height, width] = reference.shape
  const { image } = await readPicture(files.picture, { size: [height, width] })
  return { image, surprises: [...second.surprises, `${files.picture} was brought from ${theirs} to ${ours}.`] }
}

const WRITTEN: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp']

/** Throws where a picture cannot be written to this place, before any work is done for it. */
export const checkWritable = async (file: string, extensions = WRITTEN): Promise<void> => {
  if (!extensions.includes(extname(file).toLowerCase()))
    throw new UsageError(`the picture to write came as '${file}'; expected a name that ends in ${extensions.join(', ')}.`)
  try {
    await access(dirname(file), constants.W_OK)
  } catch (error) {
    throw new Error(`The picture ${file} cannot be written: ${reasonOf(error)}.`, { cause: error })
  }
}
