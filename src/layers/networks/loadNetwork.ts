/**
 * Loads a network from the table of its layers and a weights file.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { LossError } from '../../core/errors/lossError.js'
import type { Extractor } from '../../core/language/extractor.js'
import { aFunction, anything } from '../../core/arguments/guards.js'
import { network } from './network.js'
import { aPreprocessing, type Preprocessing } from '../architecture/preprocessing.js'
import type { NetworkTable } from '../architecture/networkTable.js'
import { checkSha256, readBytes, sourceName, type ByteSource, type DownloadProgress } from '../weights/bytes.js'
import { checkValues } from '../weights/checkValues.js'
import { matchWeights, copied, type MatchedWeights, type WeightsNote } from '../weights/matchWeights.js'
import { readTensors, withRelease } from '../weights/format.js'
import type { TensorFile } from '../weights/tensorFile.js'
import { optionsProblem } from '../../core/arguments/checkOptions.js'

/** The source of a network's weights. */
export interface WeightsOptions {
  /**
   * A path or URL, or the bytes, of a file: `.safetensors`, PyTorch's `.pth`, Keras' `.h5`, `.weights.h5` or `.keras`. The format, the naming scheme, the order
   * of the axes and the preprocessing are detected; `extractor.weights` shows them.
   */
  readonly weights: ByteSource
  /** The preprocessing used in training, if the file does not specify it or its names are misleading. */
  readonly preprocessing?: Preprocessing
  /** Called while the weights are downloaded, with the bytes received so far; not for files on disk or bytes in memory. */
  readonly progress?: (progress: DownloadProgress) => void
}

/** The extractor of a built-in network. */
export interface Network<L extends string> extends Extractor<L> {
  /** How its weights file was interpreted. */
  readonly weights: WeightsNote
}

const aProgress = { ...aFunction, name: 'a function of { received, total }' }

/** The weights file of a network in the package. */
export interface Packaged {
  readonly file: string
  readonly url: () => URL
  readonly sha256: string
}

/** Where to find weights that the package does not contain, as text. */
export interface Elsewhere {
  readonly found: string
}

/** The extractor of a network, from the user's file or the package's; a Left says why the file is unusable or missing. */
export const loadNetwork = <L extends string>(
  table: NetworkTable,
  options: Partial<WeightsOptions>,
  otherwise: Packaged | Elsewhere,
): TE.TaskEither<LossError, Network<L>> => {
  const problem = optionsProblem(table.name, options, { weights: anything, preprocessing: aPreprocessing, progress: aProgress })
  if (problem !== undefined) return TE.left(problem)
  const { weights, preprocessing, progress } = options
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
  if (weights !== undefined) return load(readBytes(weights, progress), sourceName(weights))
  if ('found' in otherwise) return TE.left({ _tag: 'WeightsMissing', network: table.name, files: otherwise.found })
  const name = `of the package (weights/${otherwise.file})`
  return load(TE.chain((bytes: Uint8Array) => checkSha256(bytes, otherwise.sha256, name))(readBytes(otherwise.url(), progress)), name)
}

const notice = (table: string, source: string): string =>
  `perceptual-loss: the weights ${source} have torchvision's tensor names, but their first filters expect Caffe's input (0..255 minus a mean), so ${table} uses preprocessing 'caffe'. Pass { preprocessing: 'caffe' } or { preprocessing: 'torchvision' } to choose.`

/** Numbers stay in place in a safetensors file read for this network; they are copied from other formats, and from the caller's memory. */
const lasting =
  (file: TensorFile, weights: ByteSource | undefined) =>
  (fit: MatchedWeights): MatchedWeights =>
    file.release === undefined && fit.note.ignored.length === 0 && (weights === undefined || typeof weights === 'string' || weights instanceof URL)
      ? fit
      : copied(fit)
