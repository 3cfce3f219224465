/**
 * Loads a network: the table of its layers, and a file of weights that fits it.
 */
import { function as F, taskEither as TE } from 'fp-ts'
import type { LossError } from '../core/error.js'
import type { Extractor } from '../core/extractor.js'
import { network } from './network/network.js'
import type { Preprocessing } from './network/preprocessing.js'
import type { NetworkTable } from './network/table.js'
import { checkSha256, readBytes, sourceName, type ByteSource } from './weights/bytes.js'
import { fitWeights } from './weights/fit.js'
import { readSafetensors } from './weights/safetensors.js'

/** Where a network's weights come from. */
export interface WeightsOptions {
  /** A .safetensors file: a path or URL, or its bytes. */
  readonly weights: ByteSource
  /** What was done to the pictures in training, where the file does not say it. */
  readonly preprocessing?: Preprocessing
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
  { weights, preprocessing }: Partial<WeightsOptions>,
  otherwise: Packaged | Elsewhere,
): TE.TaskEither<LossError, Extractor<L>> => {
  const load = (bytes: TE.TaskEither<LossError, Uint8Array>, name: string): TE.TaskEither<LossError, Extractor<L>> =>
    F.pipe(
      bytes,
      TE.chainEitherK((read) => readSafetensors(read, name)),
      TE.chainEitherK((file) => fitWeights(table, file, name, preprocessing)),
      TE.map((fit) => network<L>(table, fit)),
    )
  if (weights !== undefined) return load(readBytes(weights), sourceName(weights))
  if ('found' in otherwise) return TE.left({ _tag: 'WeightsMissing', network: table.name, files: otherwise.found })
  const name = `of the package (weights/${otherwise.file})`
  return load(TE.chain((bytes: Uint8Array) => checkSha256(bytes, otherwise.sha256, name))(readBytes(otherwise.url())), name)
}
