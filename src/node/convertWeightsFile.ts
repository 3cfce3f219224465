import { anything, argumentProblem, aSwitch, aText } from '../core/arguments/guards.js'
import { access } from 'node:fs/promises'
import { extname } from 'node:path'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { LossException, tryConvertWeights, type ConvertOptions, type LossError, type WeightsNote } from '../index.js'
import { reasonOf } from './reason.js'
import { replaceFile } from './replaceFile.js'
import { optionsProblem } from '../core/arguments/checkOptions.js'

/** Options of `convertWeightsFile`. */
export interface ConvertFileOptions extends ConvertOptions {
  /** Whether an existing file may be replaced; default false. */
  readonly force?: boolean
}

/** The written file, and how the source was interpreted. */
export interface ConvertedFile {
  readonly bytes: number
  readonly note: WeightsNote
}

/**
 * Converts a weights file to a safetensors file; a Left says why it cannot.
 *
 * @example pipe(await tryConvertWeightsFile('vgg19.pth', 'vgg19-converted.safetensors')(), E.match(describeError, ({ note }) => note.preprocessing)) // "caffe"
 */
export const tryConvertWeightsFile = (from: string, to: string, given: ConvertFileOptions = {}): TE.TaskEither<LossError, ConvertedFile> => {
  const problem =
    argumentProblem('The first argument of convertWeightsFile', from, aText) ??
    argumentProblem('The second argument of convertWeightsFile', to, aText) ??
    optionsProblem('convertWeightsFile', given, { force: aSwitch, preprocessing: anything })
  if (problem !== undefined) return TE.left(problem)
  const { force = false, ...options } = given
  const unwritable = (error: unknown): LossError => ({ _tag: 'WeightsUnwritable', path: to, reason: reasonOf(error) })
  const guarded = TE.tryCatch(async () => {
    if (extname(to) !== '.safetensors') throw new Error('its name does not end in .safetensors')
    if (!force && (await isThere(to))) throw new Error('the file exists already; pass force (--force) to replace it')
  }, unwritable)
  return F.pipe(
    guarded,
    TE.chain(() => tryConvertWeights(from, options)),
    TE.chain(({ bytes, note }) =>
      TE.tryCatch(async () => {
        await replaceFile(to, bytes)
        return { bytes: bytes.length, note }
      }, unwritable),
    ),
  )
}

/**
 * Converts a PyTorch, Keras or safetensors file of VGG16, VGG19, AlexNet or SqueezeNet 1.1 (a path or URL) to a safetensors file.
 *
 * The file is written atomically: an interrupted write leaves the old file, or none.
 *
 * @throws LossException `WeightsUnreadable` or `WeightsUnfit` for the source; `WeightsUnwritable` if the file exists already or cannot be written.
 * @example await convertWeightsFile('vgg19-dcbb9e9d.pth', 'vgg19-dcbb9e9d.safetensors')
 */
export const convertWeightsFile = async (from: string, to: string, options?: ConvertFileOptions): Promise<ConvertedFile> => {
  const converted = await tryConvertWeightsFile(from, to, options)()
  if (E.isLeft(converted)) throw new LossException(converted.left)
  return converted.right
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
