/** The network and layer whose features are measured: of the package, of the user's weights, or of an ONNX file. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { batchFeatures, type BatchFeatures } from '../../distributions/batchFeatures.js'
import { featureAt, type Extractor } from '../../index.js'
import { reasonOf } from '../../node/reason.js'
import { fromOnnx, type OnnxInputFormat } from '../../onnx/index.js'
import { extractorWith, networks } from '../namedNetworks.js'
import { among } from '../optionValues.js'
import { startBackend } from '../startBackend.js'
import { UsageError } from '../usageError.js'

/** The size that pictures are resized to: height and width. */
export type Size = readonly [height: number, width: number]

/** Which feature. */
export interface FeatureChoice {
  /** By default block5_conv3 of VGG16, or the last one of an ONNX file. */
  readonly layer: string | undefined
  /** An ONNX file. */
  readonly onnx: string | undefined
  /** What its network takes. */
  readonly input: string | undefined
  readonly positions: string
  /** Features of pictures of one size are not those of pictures of another. */
  readonly size: Size | undefined
  readonly weights: readonly string[]
  readonly backend: string
  readonly threads?: number | undefined
}

/** How the features of batches are computed, and a sentence for the user. */
export interface Measuring extends BatchFeatures {
  readonly note: string | undefined
}

const LAYER = 'block5_conv3'

const INPUTS: Readonly<Record<string, OnnxInputFormat>> = { imagenet: 'imagenet', clip: 'clip', unit: 'unit', inception: { mean: 0.5, std: 0.5 } }

/** The names of preprocessings of ONNX networks. */
export const INPUT_NAMES: readonly string[] = Object.keys(INPUTS)

/** Starts the backend, loads the network and finds the layer. */
export const measuring = async (choice: FeatureChoice): Promise<Measuring> => {
  const options = { positions: among('--positions', choice.positions, ['average', 'each']) }
  const input = inputFormat(choice)
  await startBackend(choice.backend, choice.threads)
  const extractor = choice.onnx === undefined || input === undefined ? await builtIn(choice) : await onnxNetwork(choice.onnx, input, choice.layer)
  const layer = choice.layer ?? (choice.onnx === undefined ? LAYER : (extractor.layers.at(-1) ?? ''))
  const note =
    choice.onnx === undefined
      ? 'The features are not those of InceptionV3: the numbers are comparable with each other, but they are not FID and KID.'
      : undefined
  const found = batchFeatures(featureAt(layer), extractor, options)
  return { ...found, of: choice.size === undefined ? found.of : `${found.of}, pictures of ${choice.size.join(' x ')}`, note }
}

const inputFormat = ({ onnx, input, weights }: FeatureChoice): OnnxInputFormat | undefined => {
  if (onnx === undefined) {
    if (input !== undefined) throw new UsageError('received --input without --onnx, expected it with an ONNX file only.')
    return undefined
  }
  if (weights.length > 0) throw new UsageError('received --onnx and --weights, expected at most one of them.')
  if (input === undefined)
    throw new UsageError(`--onnx needs --input: one of ${INPUT_NAMES.join(', ')} (inception: RGB in [-1, 1]). The file does not say what its network takes.`)
  return INPUTS[among('--input', input, INPUT_NAMES)]
}

const builtIn = ({ layer, weights }: FeatureChoice): Promise<Extractor<string>> => {
  const all = networks(weights)
  return layer === undefined ? all.load('vgg16') : extractorWith(layer, all)
}

/** The network of a file; the hash in its name tells statistics of different files apart. */
const onnxNetwork = async (file: string, input: OnnxInputFormat, layer: string | undefined): Promise<Extractor<string>> =>
  fromOnnx(file, { input, name: `${basename(file)} (${(await hashOf(file)).slice(0, 8)})`, ...(layer === undefined ? {} : { layers: [layer] }) })

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch (error) {
    throw new Error(`The network ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
  return hash.digest('hex')
}
