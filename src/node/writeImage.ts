import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '@tensorflow/tfjs'
import { either as E, taskEither as TE } from 'fp-ts'
import type { Sharp } from 'sharp'
import { argumentProblem, isTensor } from '../core/arguments/guards.js'
import { LossException, type LossError } from '../index.js'
import { reasonOf } from './reason.js'
import { replaceFile } from './replaceFile.js'
import { loadSharp } from './sharp.js'
import type { Accepted } from '../core/arguments/checkOptions.js'

/** The formats by file extension. JPEG and WebP keep full colour resolution if the format supports it, because these pictures are compared closely. */
const ENCODERS: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  '.png': (picture) => picture.png(),
  '.jpg': (picture) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
  '.jpeg': (picture) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
  '.webp': (picture) => picture.webp({ quality: 95 }),
}

const aPath: Accepted = {
  name: 'a path or a file: URL (the path goes first, the image second)',
  is: (value) => (typeof value === 'string' && value !== '') || (value instanceof URL && value.protocol === 'file:'),
}

const anImage: Accepted = { name: 'a float32 tensor [1, height, width, 3] or [height, width, 3] (the path goes first)', is: isTensor }

/**
 * Writes a picture; a Left says why it cannot be written.
 *
 * @example pipe(await tryWriteImage('result.png', image)(), E.match(describeError, () => 'written')) // "written"
 */
export const tryWriteImage = (path: string | URL, image: Tensor): TE.TaskEither<LossError, void> => {
  const problem = argumentProblem('The path', path, aPath) ?? argumentProblem('The image', image, anImage)
  if (problem !== undefined) return TE.left(problem)
  const file = path instanceof URL ? fileURLToPath(path) : path
  const encode = ENCODERS[extname(file).toLowerCase()]
  const unwritable = (reason: string): LossError => ({ _tag: 'ImageUnwritable', path: file, reason })
  if (encode === undefined) return TE.left(unwritable(`its extension is unknown, expected one of ${Object.keys(ENCODERS).join(', ')}`))
  const reason = tensorProblem(image)
  if (reason !== undefined) return TE.left(unwritable(reason))
  return TE.tryCatch(
    async () => replaceFile(file, await encode(await toPicture(image)).toBuffer()),
    (error) => unwritable(reasonOf(error)),
  )
}

/**
 * Writes a picture to a file: a float32 tensor [1, height, width, 3] or [height, width, 3], RGB in [0, 1]; values outside are clipped.
 *
 * The extension sets the format: .png (lossless), .jpg, .jpeg or .webp. The file is written atomically, so an interrupted write leaves
 * the old file unchanged.
 *
 * @throws LossException `ImageUnwritable` for a wrong extension, shape or dtype, NaN or infinite values, a missing folder, or if sharp is not installed.
 * @example await writeImage('result.png', image)
 */
export const writeImage = async (path: string | URL, image: Tensor): Promise<void> => {
  const written = await tryWriteImage(path, image)()
  if (E.isLeft(written)) throw new LossException(written.left)
}

const tensorProblem = ({ shape, dtype, isDisposed }: Tensor): string | undefined => {
  if (isDisposed) return 'its tensor was disposed of'
  const fits = dtype === 'float32' && shape.at(-1) === 3 && !shape.includes(0) && (shape.length === 3 || (shape.length === 4 && shape[0] === 1))
  return fits ? undefined : `received a ${dtype} tensor [${shape.join(', ')}], expected float32 [1, height, width, 3] or [height, width, 3]`
}

const toPicture = async (image: Tensor): Promise<Sharp> => {
  const sharp = await loadSharp()
  const values = await image.data<'float32'>()
  const { bytes, broken } = bytesOf(values)
  if (broken > 0) throw new Error(`${String(broken)} of its ${String(values.length)} values are non-finite (NaN or infinity)`)
  const [height, width] = image.shape.slice(-3) as [number, number, number]
  return sharp(bytes, { raw: { width, height, channels: 3 } })
}

/**
 * Values in [0, 1] as bytes, rounded and clipped, and how many are not finite.
 *
 * Nothing in the loop is a global: Jest's sandbox looks up `Math` every time, which takes ten seconds for a picture of a screen.
 */
const bytesOf = (values: Float32Array): { readonly bytes: Uint8Array; readonly broken: number } => {
  const bytes = new Uint8Array(values.length)
  let broken = 0
  for (let i = 0; i < bytes.length; i++) {
    const value = values[i] ?? 0
    // Infinity - Infinity and NaN - NaN are NaN.
    if (value - value !== 0) broken++
    bytes[i] = value >= 1 ? 255 : value > 0 ? value * 255 + 0.5 : 0
  }
  return { bytes, broken }
}
