/**
 * Converts weights files of known networks to safetensors files with this package's names and order.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { aPreprocessing, type Preprocessing } from '../architecture/preprocessing.js'
import { convolutionsOf, type NetworkTable } from '../architecture/networkTable.js'
import { builtInNetworks } from './index.js'
import { readBytes, sourceName, type ByteSource } from '../weights/bytes.js'
import { checkValues } from '../weights/checkValues.js'
import { matchWeights, type MatchedWeights, type WeightsNote } from '../weights/matchWeights.js'
import { readTensors, withRelease } from '../weights/format.js'
import type { TensorFile } from '../weights/tensorFile.js'
import { writeSafetensors } from '../weights/writeSafetensors.js'
import { optionsProblem } from '../../core/arguments/checkOptions.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** A weights file in this package's format. */
export interface ConvertedWeights {
  /** A safetensors file: float32, filters [height, width, in, out], with the network and the preprocessing in its metadata. */
  readonly bytes: Uint8Array
  /** How the source file was interpreted. */
  readonly note: WeightsNote
}

/** Options of `convertWeights`. */
export interface ConvertOptions {
  /** The preprocessing used in training, if the file does not specify it or its names are misleading. */
  readonly preprocessing?: Preprocessing
}

/**
 * Converts a weights file to safetensors; a Left says why it cannot be read, or how it differs from the nearest network.
 *
 * @example pipe(await tryConvertWeights('vgg19.pth')(), E.match(describeError, ({ note }) => note.network)) // "vgg19"
 */
export const tryConvertWeights = (source: ByteSource, options: ConvertOptions = {}): TE.TaskEither<LossError, ConvertedWeights> => {
  const problem = optionsProblem('convertWeights', options, { preprocessing: aPreprocessing })
  if (problem !== undefined) return TE.left(problem)
  const { preprocessing } = options
  const name = sourceName(source)
  return F.pipe(
    readBytes(source),
    TE.chain((bytes) => readTensors(bytes, name)),
    TE.chainEitherK(
      withRelease(name, (file) =>
        F.pipe(
          identified(file, name, preprocessing),
          E.chainFirst(({ fit }) => checkValues(file, name)(fit)),
          E.map(converted),
        ),
      ),
    ),
  )
}

/**
 * Converts a PyTorch (`.pth`), Keras (`.h5`, `.weights.h5`, `.keras`) or safetensors file of VGG16, VGG19, AlexNet or SqueezeNet 1.1 to safetensors.
 *
 * The network, the naming scheme, the order of the axes and the preprocessing are detected from the file. Dense layers are left out.
 *
 * @throws LossException `WeightsUnreadable` or `WeightsUnfit`.
 * @example await writeFile('vgg19.safetensors', (await convertWeights('vgg19-dcbb9e9d.pth')).bytes)
 */
export const convertWeights = async (source: ByteSource, options?: ConvertOptions): Promise<ConvertedWeights> =>
  getOrThrow(await tryConvertWeights(source, options)())

const TABLES = Object.values(builtInNetworks).map(({ table }) => table)

interface Identified {
  readonly table: NetworkTable
  readonly fit: MatchedWeights
}

/** The network that the file fits, or the Left of the nearest one. */
const identified = (file: TensorFile, source: string, preprocessing: Preprocessing | undefined): E.Either<LossError, Identified> => {
  const tries = TABLES.map((table) => ({ table, fit: matchWeights(table, file, source, preprocessing) }))
  const fitting = tries.map(({ table, fit }) => E.map((right: MatchedWeights): Identified => ({ table, fit: right }))(fit))
  const nearest = fitting[nearestTo(file)] ?? E.left({ _tag: 'WeightsUnreadable', source, reason: 'no network is known' })
  return fitting.find(E.isRight) ?? nearest
}

/** The position of the table whose convolutions have the most shapes in common with the file's. */
const nearestTo = (file: TensorFile): number => {
  const shapes = [...file.tensors.values()].map(({ shape }) => [...shape].sort((a, b) => a - b).join())
  const common = TABLES.map((table) => {
    const wanted = convolutionsOf(table).map(({ size, channels }) => [size, size, channels.in, channels.out].sort((a, b) => a - b).join())
    return wanted.filter((shape) => shapes.includes(shape)).length / wanted.length - Math.abs(wanted.length - shapes.length / 2) / 1000
  })
  return common.indexOf(Math.max(...common))
}

const converted = ({ table, fit }: Identified): ConvertedWeights => {
  const tensors = convolutionsOf(table).flatMap(({ name, size, channels }) => {
    const layer = fit.layers.get(name)
    return [
      { name: `${name}/kernel`, shape: [size, size, channels.in, channels.out], values: layer?.filter() ?? new Float32Array() },
      { name: `${name}/bias`, shape: [channels.out], values: layer?.bias() ?? new Float32Array() },
    ]
  })
  return { bytes: writeSafetensors(tensors, { network: table.name, preprocessing: fit.preprocessing, layout: 'HWIO' }), note: fit.note }
}
