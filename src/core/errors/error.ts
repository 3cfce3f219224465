/**
 * Everything that can go wrong, as values, and the one place that words it.
 *
 * A `LossError` is a tagged union; `describeError` is its only fold. Functions that can fail return `Either<LossError, A>`; where people expect an exception
 * (`compile`, `weighted(NaN)`), `LossException` carries the same value.
 */
import type { either as E } from 'fp-ts'
import { isLeft } from './either.js'
import { formatValue, shortened } from './formatValue.js'
import type { Shape } from './shape.js'
import { suggestion } from './nearestName.js'

/** What a wrong option came as, where, and what was expected. */
export interface OptionProblem {
  readonly path: string
  readonly came: string
  readonly expected: string
}

/** What is wrong in a JSON document, and where. */
export interface JsonProblem {
  /** Such as `loss.sum[1].metric`; empty for the document itself. */
  readonly path: string
  readonly came: string
  readonly expected: string
  /** The names that would have been accepted there; empty where it is not a name. */
  readonly known: readonly string[]
  /** The known name that is nearest to what came, if any is near. */
  readonly nearest: string | undefined
}

/** Everything that can go wrong, tagged by `_tag`. */
export type LossError =
  | { readonly _tag: 'BadDefinition'; readonly id: string; readonly reason: string }
  | { readonly _tag: 'DuplicateDefinition'; readonly id: string; readonly known: readonly string[] }
  | { readonly _tag: 'BadJson'; readonly problems: readonly JsonProblem[] }
  | { readonly _tag: 'BadOptions'; readonly id: string; readonly problems: readonly OptionProblem[] }
  | { readonly _tag: 'BadArgument'; readonly name: string; readonly came: string; readonly expected: string }
  | { readonly _tag: 'BadWeight'; readonly weight: number }
  | { readonly _tag: 'MissingExtractor'; readonly layers: readonly string[] }
  | { readonly _tag: 'UnknownLayer'; readonly layer: string; readonly extractor: string; readonly known: readonly string[] }
  | { readonly _tag: 'UnsupportedTap'; readonly tap: string; readonly extractor: string; readonly reason: string }
  | { readonly _tag: 'Disposed'; readonly what: string }
  | { readonly _tag: 'AnotherTensorFlow'; readonly what: string; readonly ours: string }
  | { readonly _tag: 'BackendLost'; readonly backend: string; readonly reason: string }
  | { readonly _tag: 'KernelMissing'; readonly backend: string; readonly kernel: string }
  | { readonly _tag: 'OutOfMemory'; readonly backend: string; readonly asked: number; readonly held: number }
  | { readonly _tag: 'MissingReference'; readonly name: string; readonly given: readonly string[] }
  | { readonly _tag: 'MissingMask'; readonly name: string; readonly given: readonly string[] }
  | { readonly _tag: 'BadMask'; readonly name: string; readonly came: string; readonly expected: string }
  | {
      readonly _tag: 'BadImages'
      readonly name: string
      readonly problem: 'tensor' | 'rank' | 'dtype' | 'channels' | 'empty'
      readonly came: string
      readonly remedy?: string
    }
  | { readonly _tag: 'BatchMismatch'; readonly name: string; readonly reference: number; readonly prediction: number }
  | { readonly _tag: 'TooSmall'; readonly name: string; readonly size: Shape; readonly layer: string; readonly minimum: number }
  | { readonly _tag: 'UnfitSize'; readonly name: string; readonly size: Shape; readonly layer: string; readonly reason: string }
  | { readonly _tag: 'LayerInBoth'; readonly layer: string; readonly extractors: readonly [string, string] }
  | { readonly _tag: 'FeaturesDiffer'; readonly term: string; readonly name: string; readonly reference: Shape; readonly prediction: Shape }
  | { readonly _tag: 'WrongFeatureShape'; readonly term: string; readonly came: Shape; readonly reason: string; readonly needed?: number }
  | { readonly _tag: 'NotTileable'; readonly term: string; readonly reason: string }
  | { readonly _tag: 'NoTiledHeat' }
  | { readonly _tag: 'NoSecondDerivative'; readonly terms: readonly string[]; readonly reason: string }
  | { readonly _tag: 'MemoryTooSmall'; readonly name: string; readonly size: Shape; readonly memory: string; readonly needed: string }
  | { readonly _tag: 'WrongResultShape'; readonly id: string; readonly came: Shape; readonly expected: Shape }
  | { readonly _tag: 'OutOfRange'; readonly name: string; readonly min: number; readonly max: number; readonly range: readonly [number, number] }
  | { readonly _tag: 'NotFinite'; readonly name: string; readonly count: number; readonly size: number }
  | { readonly _tag: 'NotFiniteInside'; readonly what: string; readonly count: number; readonly size: number; readonly reason: string }
  | { readonly _tag: 'WeightsMissing'; readonly network: string; readonly files: string }
  | { readonly _tag: 'WeightsUnreadable'; readonly source: string; readonly reason: string }
  | { readonly _tag: 'WeightsAltered'; readonly source: string; readonly came: string; readonly expected: string }
  | {
      readonly _tag: 'WeightsUnfit'
      readonly source: string
      readonly network: string
      readonly tensor: string
      readonly came: string
      readonly expected: string
    }
  | { readonly _tag: 'NoWeight'; readonly term: string; readonly reason: string }
  | { readonly _tag: 'NoFit'; readonly reason: string }
  | {
      readonly _tag: 'LawBroken'
      readonly loss: string
      readonly law: string
      readonly statement: string
      readonly observed: string
      readonly runs: number
      readonly seed: number
      readonly program: string
    }
  | { readonly _tag: 'WeightsUnwritable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'NoPythonForm'; readonly id: string; readonly known: readonly string[] }
  | { readonly _tag: 'ImageUnreadable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'ImageUnwritable'; readonly path: string; readonly reason: string }
  | { readonly _tag: 'UnequalSizes'; readonly reference: string; readonly picture: string; readonly sizes: readonly [reference: string, picture: string] }
  | { readonly _tag: 'ReferenceMissing'; readonly path: string; readonly reason: string }
  | {
      readonly _tag: 'SizesDiffer'
      readonly picture: Shape
      readonly reference: Shape
      readonly path: string
      /** Lines that name the pictures written. */
      readonly files: readonly string[]
      /** The option by which the reference is replaced. */
      readonly update: string
    }
  | { readonly _tag: 'NativeUnavailable'; readonly reason: string; readonly remedy: string }

type Tag = LossError['_tag']
type Of<T extends Tag> = Extract<LossError, { readonly _tag: T }>

/** Names, as far as there is room for them. */
const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : shortened(names.slice(0, 100).join(', '), 500))
const sentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`)
const pictureSize = ([, height = 0, width = 0]: Shape): string => `${String(height)} x ${String(width)}`
const dims = (shape: Shape): string => `[${shape.join(', ')}]`

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`

const nothingRandom = 'Nothing was loaded, and no layer was left random.'

const imagesExpected = 'a float32 tensor [batch, height, width, 3] (NHWC)'
const imagesRemedy: Readonly<Record<Of<'BadImages'>['problem'], string>> = {
  tensor: 'Pass a tensor of the same TensorFlow.js that this package uses.',
  rank: 'A single picture becomes a batch with tf.expandDims(image, 0).',
  dtype: 'Convert it with tf.cast(image, "float32"), and tell `range` what its values mean.',
  channels: 'Grey becomes RGB with tf.image.grayscaleToRGB; alpha goes with tf.slice.',
  empty: 'A batch needs at least one picture of at least one pixel.',
}

/** The ranges that pictures have, the narrowest first. */
const RANGES = [
  [0, 1],
  [-1, 1],
  [0, 255],
] as const

const rangeRemedy = ({ min, max, range }: Of<'OutOfRange'>): string => {
  const fitting = RANGES.find(([black, white]) => min >= black && max <= white && range[1] - range[0] !== white - black)
  return fitting === undefined
    ? 'Clip or scale them, or pass compile the range that they have, such as { range: [0, 255] }.'
    : `Pass compile the range that your pictures have: { range: [${fitting.join(', ')}] }.`
}

const jsonProblem = ({ path, came, expected, known, nearest }: JsonProblem): string => {
  const names = known.length === 0 ? '' : `, one of ${list(known)}`
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  return `${path === '' ? 'the document' : path} came as ${came}, expected ${expected}${names}${expected.endsWith('?') ? '' : '.'}${hint}`
}

const words: { readonly [T in Tag]: (error: Of<T>) => string } = {
  BadDefinition: (e) => `The definition '${e.id}' is not usable: ${e.reason}.`,
  DuplicateDefinition: (e) => `Two definitions have the id '${e.id}'. Give one of them another id; the known ones are: ${list(e.known)}.`,
  BadJson: (e) => `This JSON is not a loss: ${e.problems.map(jsonProblem).join(' ')}`,
  BadOptions: (e) =>
    `${e.id}: wrong option${e.problems.length === 1 ? '' : 's'}: ${sentence(e.problems.map((p) => `${p.path} came as ${p.came}, expected ${p.expected}`).join('; '))}`,
  BadArgument: (e) => `${e.name} came as ${e.came}; expected ${e.expected}.`,
  BadWeight: (e) =>
    `A weight came as ${formatValue(e.weight)}; expected 0 or a number that float32 can hold, of size 1.2e-38 to 3.4e38; so must be its products with the weights inside.`,
  MissingExtractor: (e) => `This loss looks at the layers ${list(e.layers)}, and no extractor was given. Pass one: compile(loss, await vgg16()).`,
  UnknownLayer: (e) => `'${e.layer}' is not a layer of ${e.extractor}.${suggestion(e.layer, e.known)} Its layers are: ${list(e.known)}.`,
  UnsupportedTap: (e) => `${e.extractor} cannot give ${e.tap}: ${e.reason}.`,
  Disposed: (e) => `${e.what} was used after dispose(). Make a new one, or dispose of it later.`,
  AnotherTensorFlow: (e) =>
    `${e.what} comes from another copy of TensorFlow.js than the one that this package uses (${e.ours}): two are installed, or it was made in another window, worker or context. Have one: 'npm ls @tensorflow/tfjs-core' shows them, 'npm dedupe' or one version in package.json removes the second; in a bundler, resolve.dedupe: ['@tensorflow/tfjs', '@tensorflow/tfjs-core'].`,
  BackendLost: (e) =>
    `The backend ${e.backend} was lost (${e.reason}), and every tensor on it with it: pictures and the weights of models in training. Start it anew with await restartBackend(), make the tensors again (models from where they were saved), and go on: compiled losses over vgg16 and the other built-in networks work as they are; what was prepared is prepared again, and other models become new extractors.`,
  KernelMissing: (e) =>
    `The backend ${e.backend} has no kernel '${e.kernel}', which training this model needs. Add it: import { registerWasmKernels } from 'perceptual-loss', and call registerWasmKernels() once before training.`,
  OutOfMemory: (e) =>
    `The backend ${e.backend} has no memory for ${megabytes(e.asked)} more; it holds ${megabytes(e.held)} and can have 4,096 MB in all. Nothing is lost. Use smaller pictures or a smaller batch, dispose of tensors, or use another backend; explain(loss, extractor, { shape }) says what a size needs.`,
  MissingReference: (e) =>
    `The loss compares with '${e.name}', which was not given (given: ${list(e.given)}). Pass it by name: f({ ${[...new Set([...e.given, e.name])].join(', ')} }, prediction).`,
  MissingMask: (e) =>
    `The loss is masked by '${e.name}', which was not given (given: ${list(e.given)}). Pass it by name: f({ ${[...new Set([...e.given, e.name])].join(', ')} }, prediction).`,
  BadMask: (e) => `The mask '${e.name}' came as ${e.came}; expected ${e.expected}.`,
  BadImages: (e) => `'${e.name}' came as ${e.came}; expected ${imagesExpected}. ${e.remedy ?? imagesRemedy[e.problem]}`,
  BatchMismatch: (e) =>
    `'${e.name}' is a batch of ${String(e.reference)}, the prediction one of ${String(e.prediction)}; expected the same number, or one reference for all.`,
  TooSmall: (e) =>
    `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, too small for ${e.layer}; expected at least ${String(e.minimum)} x ${String(e.minimum)}. Use a shallower layer or a larger picture.`,
  UnfitSize: (e) => `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, which ${e.layer} cannot look at: ${e.reason}.`,
  LayerInBoth: (e) => `'${e.layer}' is a layer of both ${e.extractors.join(' and ')}; expected names of which each means one layer. Compile a loss over each.`,
  FeaturesDiffer: (e) =>
    `The term ${e.term} cannot compare '${e.name}' ${dims(e.reference)} with the prediction ${dims(e.prediction)}; expected equal sizes. Resize one of the two, or compare Grams, which fit at any size.`,
  WrongFeatureShape: (e) =>
    `The term ${e.term} cannot look at a feature of shape ${dims(e.came)}: ${e.reason}.${e.needed === undefined ? '' : ` The whole loss needs pictures of at least ${String(e.needed)} x ${String(e.needed)}.`}`,
  NotTileable: (e) => `The term ${e.term} cannot be computed tile by tile: ${e.reason}. Leave out \`memory\`, or the term.`,
  NoTiledHeat: () =>
    'A heat map is made of whole pictures, and this loss was compiled with `memory`, for tiles. Compile it without, and make the pictures smaller.',
  NoSecondDerivative: (e) =>
    `A second derivative was asked for through ${e.terms.length === 1 ? 'the term' : 'the terms'} ${list(e.terms)}, expected a first one: ${e.reason}. Leave ${e.terms.length === 1 ? 'this term' : 'these terms'} out of what is differentiated twice.`,
  MemoryTooSmall: (e) =>
    `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, whose smallest tiles take ${e.needed} of memory; expected at most ${e.memory}. Allow that much, or use a shallower layer.`,
  WrongResultShape: (e) => `'${e.id}' gave a tensor of shape ${dims(e.came)}; expected ${dims(e.expected)}, one number a sample.`,
  OutOfRange: (e) =>
    `'${e.name}' has values from ${String(e.min)} to ${String(e.max)}; expected ${String(e.range[0])} to ${String(e.range[1])}. ${rangeRemedy(e)}`,
  NotFinite: (e) => `'${e.name}' has ${String(e.count)} NaN or infinite values of ${String(e.size)}; expected finite numbers.`,
  NotFiniteInside: (e) => `${e.what} has ${String(e.count)} NaN or infinite values of ${String(e.size)}, though what it is made of has none: ${e.reason}.`,
  WeightsMissing: (e) =>
    `The package has no weights for ${e.network}. Pass a file of yours, as a path, a URL or bytes: ${e.network}({ weights: 'FILE' }); ${e.files} has them. ${nothingRandom}`,
  WeightsUnreadable: (e) => `The weights ${e.source} cannot be read: ${e.reason}. ${nothingRandom}`,
  WeightsAltered: (e) =>
    `The weights ${e.source} are not the file expected: SHA-256 ${e.came}, expected ${e.expected}. It is truncated or altered; install the package again. ${nothingRandom}`,
  WeightsUnfit: (e) => `The weights ${e.source} are not those of ${e.network}: ${e.tensor} came as ${e.came}, expected ${e.expected}. ${nothingRandom}`,
  NoWeight: (e) => `No weight can be chosen for the term ${e.term}: ${e.reason}.`,
  NoFit: (e) => `No weights can be fitted: ${e.reason}.`,
  LawBroken: (e) =>
    `${e.loss} breaks the law '${e.law}', ${e.statement}: ${e.observed}. Mend it, or do not claim the law. (Case ${String(e.runs)}; again with seed: ${String(e.seed)}.) The smallest counterexample found:\n\n${e.program}\n`,
  WeightsUnwritable: (e) => `The weights ${e.path} cannot be written: ${e.reason}. No file was changed.`,
  NoPythonForm: (e) =>
    `'${e.id}' has no Python form (there are ${list(e.known)}). Pass one: toTorch(loss, { forms: { '${e.id}': { arguments, says, body } } }).`,
  ImageUnreadable: (e) => `The picture ${e.path} cannot be read: ${e.reason}.`,
  ImageUnwritable: (e) => `The picture ${e.path} cannot be written: ${e.reason}. No file was changed.`,
  UnequalSizes: (e) =>
    `${e.reference} is ${e.sizes[0]} (height x width), ${e.picture} ${e.sizes[1]}; expected equal sizes. --resize brings the latter to ${e.sizes[0]}.`,
  ReferenceMissing: (e) => `The reference ${e.path} is missing, ${e.reason}.`,
  SizesDiffer: (e) =>
    [
      `The picture is ${pictureSize(e.picture)}, the reference ${e.path} is ${pictureSize(e.reference)} (height x width); expected the same size. Make the picture at that size, or replace the reference (${e.update}).`,
      ...e.files,
    ].join('\n'),
  NativeUnavailable: (e) => `The native backend was not made: ${e.reason}. ${e.remedy}`,
}

/** No message is longer, in characters, whatever was received. */
const LONGEST = 1000

/** The sentence for a person: what was received, what was expected, how to fix it; at most 1,000 characters. */
export const describeError = <T extends Tag>(error: Of<T>): string => {
  const wording = (words as Readonly<Record<string, unknown>>)[(error as Of<T> | null | undefined)?._tag ?? '']
  return shortened(typeof wording === 'function' ? (wording as (error: Of<T>) => string)(error) : `An unknown error: ${formatValue(error)}.`, LONGEST)
}

/** The exception that carries a `LossError` (as `error`) where a function throws instead of returning an Either. */
export class LossException extends Error {
  override readonly name = 'LossException'
  readonly error: LossError

  constructor(error: LossError) {
    super(describeError(error))
    this.error = error
  }
}

/** The value of a Right; throws a `LossException` for a Left. */
export const getOrThrow = <A>(result: E.Either<LossError, A>): A => {
  if (isLeft(result)) throw new LossException(result.left)
  return result.right
}
