/**
 * Loads a network: the table of its layers, and a file of weights that fits it.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/error.js'
import type { Extractor } from '../../core/language/extractor.js'
import { anything } from '../../core/arguments/guards.js'
import { network } from './network.js'
import { aPreprocessing, type Preprocessing } from '../architecture/preprocessing.js'
import type { NetworkTable } from '../architecture/networkTable.js'
import { checkSha256, readBytes, sourceName, type ByteSource } from '../weights/bytes.js'
import { checkValues } from '../weights/checkValues.js'
import { matchWeights, copied, type MatchedWeights, type WeightsNote } from '../weights/matchWeights.js'
import { readTensors, withRelease } from '../weights/format.js'
import type { TensorFile } from '../weights/tensorFile.js'
import { optionsProblem } from '../../core/arguments/accepted.js'

/** Where a network's weights come from. */
export interface WeightsOptions {
  /**
   * A path or URL, or the bytes, of a file: `.safetensors`, PyTorch's `.pth`, Keras' `.h5`, `.weights.h5` or `.keras`. Which one it is, whose names it has, the order
   * of its numbers and the preprocessing are found in the file; `extractor.weights` says what was found.
   */
  readonly weights: ByteSource
  /** What was done to the pictures in training, where the file does not say it or its names mislead. */
  readonly preprocessing?: Preprocessing
}

/** The extractor of a built-in network. */
export interface Network<L extends string> extends Extractor<L> {
  /** How its file of weights was understood. */
  readonly weights: WeightsNote
}

/** The file of weights that the package has for a network. */
export interface Packaged {
  readonly file: string
  readonly url: () => URL
  readonly sha256: string
}

/** Where people find the weights of a network that the package has none for, in words. */
export interface Elsewhere {
  readonly found: string
}

/** The extractor of a network, from the user's file or the package's; a Left says what is wrong with it, or that there is none. */
export const loadNetwork = <L extends string>(
  table: NetworkTable,
  options: Partial<WeightsOptions>,
  otherwise: Packaged | Elsewhere,
): TE.TaskEither<LossError, Network<L>> => {
  const problem = optionsProblem(table.name, options, { weights: anything, preprocessing: aPreprocessing })
  if (problem !== undefined) return TE.left(problem)
  const { weights, preprocessing } = options
  // The package's own are known by their SHA-256.
  const check = weights === undefined ? () => E.right<LossError, MatchedWeights> : checkValues
  const load = (bytes: TE.TaskEither<LossError, Uint8Array>, name: string): TE.TaskEither<LossError, Network<L>> =>
    F.pipe(
      bytes,
      TE.chain((read) => readTensors(read, name)),
      TE.chainEitherK(
        withRelease(name, (file) => F.pipe(matchWeights(table, file, name, preprocessing), E.chain(check(file, name)), E.map(lasting(file, weights)))),
      ),
      TE.map((fit) => {
        if (fit.note.preprocessingFrom === 'filters') console.warn(notice(table.name, name))
        return Object.freeze({ ...network<L>(table, fit), weights: fit.note })
      }),
    )
  if (weights !== undefined) return load(readBytes(weights), sourceName(weights))
  if ('found' in otherwise) return TE.left({ _tag: 'WeightsMissing', network: table.name, files: otherwise.found })
  const name = `of the package (weights/${otherwise.file})`
  return load(TE.chain((bytes: Uint8Array) => checkSha256(bytes, otherwise.sha256, name))(readBytes(otherwise.url())), name)
}

const notice = (table: string, source: string): string =>
  `perceptual-loss: ${source} has torchvision's tensor names, but its first filters are for Caffe's images (0..255 minus a mean), so ${table} uses preprocessing 'caffe'. Pass { preprocessing: 'caffe' } or { preprocessing: 'torchvision' } to choose.`

/** Numbers stay in a safetensors file that was read for this; they are taken out of one with more in it, and out of memory that is the caller's. */
const lasting =
  (file: TensorFile, weights: ByteSource | undefined) =>
  (fit: MatchedWeights): MatchedWeights =>
    file.release === undefined && fit.note.ignored.length === 0 && (weights === undefined || typeof weights === 'string' || weights instanceof URL)
      ? fit
      : copied(fit)
