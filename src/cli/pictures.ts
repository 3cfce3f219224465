/** Pictures as a person means them: read by their name, with a word about what is lost on the way. */
import { readFile } from 'node:fs/promises'
import type { Tensor4D } from '@tensorflow/tfjs'
import { readImage, type ReadImageOptions } from '../node/index.js'
import { loadSharp } from '../node/sharp.js'

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
  return { image, surprises: await surprisesOf(file) }
}

/** What a person may not expect: transparency laid on white, frames left out. */
const surprisesOf = async (file: string): Promise<readonly string[]> => {
  const sharp = await loadSharp()
  const bytes = await readFile(file)
  const { hasAlpha, pages = 1, space, depth } = await sharp(bytes).metadata()
  const transparent = hasAlpha && !(await sharp(bytes).stats()).isOpaque
  return [
    ...(transparent ? [`${file} is transparent in places; it was laid on white.`] : []),
    ...(pages > 1 ? [`${file} has ${String(pages)} frames or pages; only the first was looked at.`] : []),
    ...(space === 'cmyk' ? [`${file} is CMYK; it was converted to RGB.`] : []),
    ...(['float', 'double', 'uint', 'int'].includes(depth) ? [`${file} has samples of ${depth}; they were brought to 8 bits.`] : []),
  ]
}

/** The sides of a picture, as people write them. */
export const sidesOf = ({ shape: [, height, width] }: Tensor4D): string => `${String(height)} x ${String(width)}`
