/** A loss as an ONNX file, its networks inside. The code that writes it is loaded when someone asks for one. */
import { either as E } from 'fp-ts'
import { describeError, type Loss } from 'perceptual-loss'
import type { Loaded } from './job.js'
import type { Size } from './resample.js'

/** The file for pictures of a size; a Left says in one line why the loss has none. */
export const onnxFile = async ({ loss, extractor }: Loaded, { width, height }: Size): Promise<E.Either<string, Uint8Array>> => {
  // Constants of the file are computed in plain JavaScript.
  const [{ tryToOnnx }] = await Promise.all([import('perceptual-loss/onnx'), import('@tensorflow/tfjs-backend-cpu')])
  const options = { shape: [1, height, width, 3] } as const
  const file = extractor === undefined ? tryToOnnx(loss as Loss<never, string>, options) : tryToOnnx(loss, extractor, options)
  return E.isLeft(file) ? E.left(describeError(file.left)) : file
}
