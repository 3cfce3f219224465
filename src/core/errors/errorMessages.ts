/** The one table of error messages: what was received, what was expected, how to fix it. */
import { shortened, formatValue } from './formatValue.js'
import type { Shape } from './shape.js'
import type { Of, JsonProblem, Tag } from './lossError.js'
import { suggestion } from './nearestName.js'

/** Names separated by commas, shortened to 500 characters. */
const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : shortened(names.slice(0, 100).join(', '), 500))

const sentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`)

/** Without names where an op of the user's own, outside of any term, is differentiated. */
const noSecondDerivative = ({ terms, reason }: { readonly terms: readonly string[]; readonly reason: string }): string => {
  const [subject, remedy] =
    terms.length === 0
      ? ['This function', 'Take first derivatives only']
      : terms.length === 1
        ? [`The term ${list(terms)}`, 'Remove this term from the loss that is differentiated twice']
        : [`The terms ${list(terms)}`, 'Remove these terms from the loss that is differentiated twice']
  return `${subject} cannot be differentiated twice: ${reason}. ${remedy}.`
}

const pictureSize = ([, height = 0, width = 0]: Shape): string => `${String(height)} x ${String(width)}`

const dims = (shape: Shape): string => `[${shape.join(', ')}]`

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`

const nothingLoaded = 'No weights were loaded.'

/** `delta: received -1, expected a number above 0`; `dleta: unknown option, expected one of delta`. */
const mismatch = (name: string, received: string, expected: string): string =>
  `${name}: ${received.startsWith('an unknown ') ? received.slice(3) : `received ${received}`}, expected ${expected}`

const imagesExpected = 'a float32 tensor [batch, height, width, 3] (NHWC)'

const imagesRemedy: Readonly<Record<Of<'BadImages'>['problem'], string>> = {
  tensor: 'Pass a tensor of the same TensorFlow.js that this package uses.',
  rank: 'Turn a single picture into a batch with tf.expandDims(image, 0).',
  dtype: 'Convert it with tf.cast(image, "float32"), and set `range` to the range of its values.',
  channels: 'Convert grey to RGB with tf.image.grayscaleToRGB; remove alpha with tf.slice.',
  empty: 'Pass at least one picture of at least one pixel.',
}

/** The usual ranges of pictures, the narrowest first. */
const RANGES = [
  [0, 1],
  [-1, 1],
  [0, 255],
] as const

const rangeRemedy = ({ min, max, range }: Of<'OutOfRange'>): string => {
  const fitting = RANGES.find(([black, white]) => min >= black && max <= white && range[1] - range[0] !== white - black)
  return fitting === undefined
    ? 'Clip or scale the values, or pass their range to compile, such as { range: [0, 255] }.'
    : `Pass the range of your pictures to compile: { range: [${fitting.join(', ')}] }.`
}

const jsonProblem = ({ path, received, expected, known, nearest }: JsonProblem): string => {
  const names = known.length === 0 ? '' : `, one of ${list(known)}`
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  return `${mismatch(path === '' ? 'the document' : path, received, expected)}${names}${expected.endsWith('?') ? '' : '.'}${hint}`
}

const messages: { readonly [T in Tag]: (error: Of<T>) => string } = {
  BadDefinition: (e) => `The definition '${e.id}' is invalid: ${e.reason}.`,
  DuplicateDefinition: (e) => `Two definitions have the id '${e.id}', expected unique ids. Rename one of them; the ids in use are: ${list(e.known)}.`,
  BadJson: (e) => `This JSON is not a loss: ${e.problems.map(jsonProblem).join(' ')}`,
  BadOptions: (e) =>
    `${e.id}: wrong option${e.problems.length === 1 ? '' : 's:'} ${sentence(e.problems.map((p) => mismatch(p.path, p.received, p.expected)).join('; '))}`,
  BadArgument: (e) => sentence(mismatch(e.name, e.received, e.expected)),
  BadWeight: (e) =>
    `A weight: received ${formatValue(e.weight)}, expected 0 or a number within float32's range (magnitude 1.2e-38 to 3.4e38). The same holds for its product with the weights inside.`,
  MissingExtractor: (e) => `This loss uses the layers ${list(e.layers)}, but received no extractor. Pass one: compile(loss, await vgg16()).`,
  UnknownLayer: (e) => `'${e.layer}' is not a layer of ${e.extractor}.${suggestion(e.layer, e.known)} Its layers are: ${list(e.known)}.`,
  UnsupportedTap: (e) => `${e.extractor} cannot compute ${e.tap}: ${e.reason}.`,
  Disposed: (e) => `${e.what} was used after dispose(). Create a new one, or dispose of it later.`,
  AnotherTensorFlow: (e) =>
    `${e.what} comes from a different copy of TensorFlow.js than this package uses (${e.ours}): two copies are installed, or it was created in another window, worker or context. Keep one copy: 'npm ls @tensorflow/tfjs-core' lists them; 'npm dedupe' or one version in package.json removes the second. In a bundler, set resolve.dedupe: ['@tensorflow/tfjs', '@tensorflow/tfjs-core'].`,
  BackendLost: (e) =>
    `The backend ${e.backend} was lost (${e.reason}), with every tensor on it: pictures and the weights of models in training. Restart it with await restartBackend() and recreate your tensors (load models from their last save). Losses compiled over vgg16 and the other built-in networks keep working. Call prepare again for prepared references, and create new extractors for other models.`,
  KernelMissing: (e) =>
    `The backend ${e.backend} does not have the kernel '${e.kernel}', which this model needs for training. Add it: import { registerWasmKernels } from 'perceptual-loss', and call registerWasmKernels() once before training.`,
  OutOfMemory: (e) =>
    `The backend ${e.backend} cannot allocate ${megabytes(e.asked)}: it uses ${megabytes(e.held)} of at most 4,096 MB. No tensor is lost. Use smaller pictures, a smaller batch or another backend, or dispose of tensors; explain(loss, extractor, { shape }) shows the memory that a size needs.`,
  MissingReference: (e) =>
    `The loss needs the reference '${e.name}', but received ${list(e.given)}. Pass it by name: f({ ${[...new Set([...e.given, e.name])].join(', ')} }, prediction).`,
  MissingMask: (e) =>
    `The loss needs the mask '${e.name}', but received ${list(e.given)}. Pass it by name: f({ ${[...new Set([...e.given, e.name])].join(', ')} }, prediction).`,
  BadMask: (e) => sentence(mismatch(`The mask '${e.name}'`, e.received, e.expected)),
  BadImages: (e) => `${mismatch(`'${e.name}'`, e.received, imagesExpected)}. ${e.remedy ?? imagesRemedy[e.problem]}`,
  BatchMismatch: (e) =>
    `'${e.name}' has batch size ${String(e.reference)}, the prediction has ${String(e.prediction)}; expected equal sizes, or a single reference for all.`,
  TooSmall: (e) =>
    `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, too small for ${e.layer}; expected at least ${String(e.minimum)} x ${String(e.minimum)}. ${e.remedy ?? 'Use a shallower layer or a larger picture'}.`,
  UnfitSize: (e) => `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, which does not fit ${e.layer}: ${e.reason}.`,
  LayerInBoth: (e) => `'${e.layer}' is a layer of both ${e.extractors.join(' and ')}; expected unique layer names. Compile one loss for each extractor.`,
  FeaturesDiffer: (e) =>
    `The term ${e.term} cannot compare '${e.name}' ${dims(e.reference)} with the prediction ${dims(e.prediction)}; expected equal shapes. Resize one of the two pictures, or compare Gram matrices, whose shape does not depend on the size.`,
  WrongFeatureShape: (e) =>
    `The term ${e.term} received features of shape ${dims(e.received)}: ${e.reason}.${e.needed === undefined ? '' : ` The whole loss needs pictures of at least ${String(e.needed)} x ${String(e.needed)}.`}`,
  NotTileable: (e) => `The term ${e.term} cannot be computed tile by tile: ${e.reason}. Remove \`memory\`, or the term.`,
  NoTiledHeat: () =>
    'Heat maps need whole pictures, but this loss was compiled with `memory`, for tiles. Compile it without `memory`, and use smaller pictures if they do not fit.',
  NoSecondDerivative: noSecondDerivative,
  MemoryTooSmall: (e) =>
    `'${e.name}' is ${e.size.slice(0, 2).join(' x ')}, whose smallest tiles need ${e.needed} of memory; \`memory\` allows ${e.memory}. Raise \`memory\`, or use a shallower layer.`,
  WrongResultShape: (e) => `'${e.id}' returned a tensor of shape ${dims(e.received)}, expected ${dims(e.expected)}: one number per sample.`,
  OutOfRange: (e) =>
    `'${e.name}' has values from ${String(e.min)} to ${String(e.max)}; expected ${String(e.range[0])} to ${String(e.range[1])}. ${rangeRemedy(e)}`,
  NotFinite: (e) => `'${e.name}' has ${String(e.count)} non-finite values (NaN or infinity) out of ${String(e.size)}; expected finite numbers.`,
  NotFiniteInside: (e) => `${e.what} produced ${String(e.count)} non-finite values (NaN or infinity) out of ${String(e.size)} from finite inputs: ${e.reason}.`,
  WeightsMissing: (e) =>
    `The package does not contain weights for ${e.network}. Pass your own file as a path, a URL or bytes: ${e.network}({ weights: 'FILE' }), such as ${e.files}. ${nothingLoaded}`,
  WeightsUnreadable: (e) => `The weights ${e.source} cannot be read: ${e.reason}. ${nothingLoaded}`,
  ModelUnreadable: (e) => `The model ${e.source} cannot be loaded: ${e.reason}.`,
  WeightsAltered: (e) =>
    `The weights ${e.source} have the wrong checksum: received SHA-256 ${e.received}, expected ${e.expected}. The file is truncated or altered; reinstall the package. ${nothingLoaded}`,
  WeightsUnfit: (e) => `The weights ${e.source} do not fit ${e.network}: ${mismatch(e.tensor, e.received, e.expected)}. ${nothingLoaded}`,
  NoWeight: (e) => `No weight can be found for the term ${e.term}: ${e.reason}.`,
  NoFit: (e) => `The weights cannot be fitted: ${e.reason}.`,
  LawBroken: (e) =>
    `${e.loss} breaks the law '${e.law}', ${e.statement}: ${e.observed}. Fix it, or do not claim the law. (Case ${String(e.runs)}; repeat with seed: ${String(e.seed)}.) The smallest counterexample found:\n\n${e.program}\n`,
  WeightsUnwritable: (e) => `The weights ${e.path} cannot be written: ${e.reason}. No file was changed.`,
  NoPythonForm: (e) =>
    `'${e.id}' has no Python form; these have one: ${list(e.known)}. Pass yours: toTorch(loss, { forms: { '${e.id}': { arguments, says, body } } }).`,
  NoOnnxForm: (e) =>
    `The loss cannot be written as ONNX: ${e.reason}. Expected a loss of TensorFlow.js' ops that have ONNX operators, without reading numbers.`,
  ImageUnreadable: (e) => `The picture ${e.path} cannot be read: ${e.reason}.`,
  ImageUnwritable: (e) => `The picture ${e.path} cannot be written: ${e.reason}. No file was changed.`,
  UnequalSizes: (e) =>
    `${e.reference} is ${e.sizes[0]} (height x width), ${e.picture} is ${e.sizes[1]}; expected equal sizes. Pass --resize to resize the second to ${e.sizes[0]}.`,
  ReferenceShared: (e) =>
    `The reference ${e.path} belongs to '${e.tests[0]}' in this run, and '${e.tests[1]}' would take it, too; give each test a reference or a title of its own.`,
  NotAwaited: (e) => `${e.matcher} was not awaited: the test ended before the comparison. Write 'await expect(picture).${e.matcher}(...)'.`,
  ReferenceMissing: (e) => `The reference ${e.path} is missing, ${e.reason}.`,
  SizesDiffer: (e) =>
    [
      `The picture is ${pictureSize(e.picture)}, the reference ${e.path} is ${pictureSize(e.reference)} (height x width); expected equal sizes. Render the picture at the reference's size, or replace the reference (${e.update}).`,
      ...e.files,
    ].join('\n'),
  NativeUnavailable: (e) => `The native backend was not installed: ${e.reason}. ${e.remedy}`,
}

/** The most characters of a message. */
const LONGEST = 1000

/** The message of an error: what was received, what was expected and how to fix it, in at most 1,000 characters. */
export const describeError = <T extends Tag>(error: Of<T>): string => {
  const wording = (messages as Readonly<Record<string, unknown>>)[(error as Of<T> | null | undefined)?._tag ?? '']
  return shortened(typeof wording === 'function' ? (wording as (error: Of<T>) => string)(error) : `An unknown error: ${formatValue(error)}.`, LONGEST)
}
