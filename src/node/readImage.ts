import { fileURLToPath } from 'node:url'
import type { Tensor4D } from '@tensorflow/tfjs'
import { either as E, taskEither as TE } from 'fp-ts'
import { argumentProblem } from '../core/arguments/guards.js'
import { LossException, type LossError } from '../index.js'
import { reasonOf } from './reason.js'
import { decodePixels } from './decodePixels.js'
import { pixelTensor } from './pixelTensor.js'
import { oneOf, positiveInteger } from '../core/arguments/codecs.js'
import { optionsProblem, type Accepted } from '../core/arguments/checkOptions.js'

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
    async () => pixelTensor(await decodePixels(path, sides), LEVELS[background]),
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

/** The backgrounds' values. */
const LEVELS = { white: 1, black: 0 } as const
