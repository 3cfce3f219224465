/**
 * Extractors from ONNX files.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { accepted, aName } from '../core/arguments/guards.js'
import { optionsProblem, type Accepted } from '../core/arguments/checkOptions.js'
import { getOrThrow } from '../core/errors/lossException.js'
import type { LossError } from '../core/errors/lossError.js'
import type { Extractor } from '../core/language/extractor.js'
import { modelExtractor } from '../layers/models/modelExtractor.js'
import { readBytes, sourceName, type ByteSource } from '../layers/weights/bytes.js'
import { reasonOf } from '../layers/weights/format.js'
import { readExternalFiles } from './file/externalData.js'
import { readModel } from './file/onnxMessages.js'
import { graphOf, nodesFor, type OnnxGraph } from './graph/onnxGraph.js'
import type { OnnxNetwork } from './graph/planning.js'
import { weightStore } from './graph/weightStore.js'
import { networkTensors, weightsProblem } from './networkTensors.js'
import { anInputFormat, prepareFor, type OnnxInputFormat } from './onnxPreprocessing.js'
import { onnxRunner, type NetworkSize } from './onnxRunner.js'

/** Options of `fromOnnx`. */
export interface OnnxOptions<L extends string> {
  /** What the network was trained with: 'imagenet', 'clip', 'unit' (RGB in [0, 1]), numbers of your own, or a function. The file does not say. */
  readonly input: OnnxInputFormat
  /** The tensors to offer; the compiler then checks their names. What is deeper is neither read nor run. By default every tensor that depends on the picture. */
  readonly layers?: readonly L[]
  /** true: resizes pictures (bilinear, antialiased, differentiable) to the size that the network is fixed to; or the size itself. By default other sizes are refused. */
  readonly resize?: boolean | readonly [height: number, width: number]
  /** Its name in errors and plans; default 'onnx'. */
  readonly name?: string
}

const isSide = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 16_384

const NAMES: Accepted = accepted(
  "names of tensors, such as ['/layer1/Relu_output_0']",
  (value) => Array.isArray(value) && value.length > 0 && value.every(aName.is),
)
const SIZE: Accepted = accepted(
  'true, false or [height, width]',
  (value) => typeof value === 'boolean' || (Array.isArray(value) && value.length === 2 && value.every(isSide)),
)

/**
 * Loads an ONNX model as an extractor; a Left says what is wrong with the file.
 *
 * @example pipe(await tryFromOnnx('resnet50.onnx', { input: 'imagenet' })(), E.match(describeError, (extractor) => extractor.layers.join()))
 */
export const tryFromOnnx = <const L extends string = string>(source: ByteSource, options: OnnxOptions<L>): TE.TaskEither<LossError, Extractor<NoInfer<L>>> => {
  const problem = optionsProblem('fromOnnx', options, { input: anInputFormat, layers: NAMES, resize: SIZE, name: aName }) ?? missingInput(options)
  if (problem !== undefined) return TE.left(problem)
  return F.pipe(
    readBytes(source),
    TE.chain((bytes) => loaded<L>(bytes, source, options)),
    TE.mapLeft((error) => (error._tag === 'WeightsUnreadable' ? { _tag: 'ModelUnreadable', source: sourceName(source), reason: error.reason } : error)),
  )
}

/**
 * Loads an ONNX model, exported by PyTorch, timm, transformers or Keras, as a frozen extractor. Its layers are the names of the graph's tensors.
 *
 * Features have their channels last: [batch, height, width, channels], tokens [batch, tokens, channels], vectors [batch, channels]. They are differentiable in the pictures, run on
 * every backend, and nothing deeper than the deepest layer is computed. A network with a fixed batch of 1 runs pictures one by one.
 *
 * The source is a path (Node), a URL or bytes. Weights in files beside the model are read for a path or URL. The file is not trusted: unknown operators, cycles, damaged or
 * truncated parts and shapes that explode are refused before any work.
 *
 * @throws LossException `ModelUnreadable` for a file that cannot be used; `UnknownLayer` for a tensor it does not have; `BadOptions`.
 * @example
 * const extractor = await fromOnnx('resnet50.onnx', { layers: ['layer2', 'layer4'], input: 'imagenet' })
 * compile(mse(featureAt('layer4')), extractor)
 */
export const fromOnnx = async <const L extends string = string>(source: ByteSource, options: OnnxOptions<L>): Promise<Extractor<NoInfer<L>>> =>
  getOrThrow(await tryFromOnnx<L>(source, options)())

const missingInput = (options: Partial<OnnxOptions<string>> | undefined): LossError | undefined =>
  options?.input === undefined
    ? { _tag: 'BadOptions', id: 'fromOnnx', problems: [{ path: 'input', received: 'undefined', expected: anInputFormat.name }] }
    : undefined

const unreadable = (error: unknown): LossError => ({ _tag: 'WeightsUnreadable', source: '', reason: reasonOf(error) })

const loaded = <L extends string>(bytes: Uint8Array, source: ByteSource, options: OnnxOptions<L>): TE.TaskEither<LossError, Extractor<NoInfer<L>>> => {
  const { name = 'onnx', layers } = options
  return F.pipe(
    E.tryCatch(() => {
      const model = readModel(bytes)
      return { model, graph: graphOf(model) }
    }, unreadable),
    E.chain(({ model, graph }) => {
      const unknown = layers?.find((layer) => !graph.layers.includes(layer))
      return unknown === undefined
        ? E.right({ model, graph })
        : E.left<LossError>({ _tag: 'UnknownLayer', layer: unknown, extractor: name, known: graph.layers })
    }),
    E.chain(({ model, graph }) =>
      E.tryCatch(() => {
        const nodes = nodesFor(graph, layers ?? graph.layers)
        const used = new Set(nodes.flatMap(({ inputs }) => inputs))
        return { graph: { ...graph, nodes }, stored: new Map([...model.tensors].filter(([tensor]) => used.has(tensor))) }
      }, unreadable),
    ),
    TE.fromEither,
    TE.chain(({ graph, stored }) =>
      F.pipe(
        readExternalFiles(source, stored.values()),
        TE.chainEitherK((files) => E.tryCatch(() => networkTensors(stored, files), unreadable)),
        TE.chainEitherK((tensors) => extractorOf<L>(graph, tensors, options)),
      ),
    ),
  )
}

const extractorOf = <L extends string>(
  graph: OnnxGraph,
  tensors: OnnxNetwork['tensorOf'],
  { name = 'onnx', layers, input, resize = false }: OnnxOptions<L>,
): E.Either<LossError, Extractor<NoInfer<L>>> => {
  const size = sizeOf(graph, resize)
  if (size !== undefined && '_tag' in size) return E.left(size)
  const broken = weightsProblem(graph, tensors, name)
  if (broken !== undefined) return E.left(broken)
  const store = weightStore(name)
  const own = (tensor: string) => {
    const constant = tensors(tensor)
    return constant === undefined ? undefined : store.own(constant)
  }
  const runner = onnxRunner({ graph, tensorOf: own, store, arrangements: new WeakMap() }, size)
  const chosen = graph.layers.filter((layer): layer is L => layers === undefined || layers.includes(layer as L))
  const unfit = fixedProblem(graph, runner, chosen, size)
  if (unfit !== undefined) return E.left(unfit)
  return E.right(modelExtractor<L>({ name, layers: chosen, live: false, prepare: prepareFor(input), runner, free: store.dispose }))
}

const sizeOf = ({ picture: { height, width } }: OnnxGraph, resize: boolean | readonly [number, number]): NetworkSize | LossError => {
  if (resize === false) return undefined
  const fixed = height === undefined || width === undefined ? undefined : ([height, width] as const)
  if (resize === true) return fixed ?? wrongSize('true', 'a size such as [224, 224]: this network takes any')
  return (height ?? resize[0]) === resize[0] && (width ?? resize[1]) === resize[1]
    ? resize
    : wrongSize(`[${resize.join(', ')}]`, `true: this network takes ${String(height)} x ${String(width)}`)
}

const wrongSize = (received: string, expected: string): LossError => ({
  _tag: 'BadOptions',
  id: 'fromOnnx',
  problems: [{ path: 'resize', received, expected }],
})

/** Why a network of one size cannot run at all. */
const fixedProblem = ({ picture }: OnnxGraph, runner: ReturnType<typeof onnxRunner>, layers: readonly string[], size: NetworkSize): LossError | undefined => {
  const [height, width] = size ?? [picture.height, picture.width]
  const deepest = layers.at(-1)
  if (height === undefined || width === undefined || deepest === undefined) return undefined
  const shape = runner.shapeOf([picture.batch ?? 1, height, width, 3], { layer: deepest, activation: 'post', pooling: 'max' })
  return 'reason' in shape ? { _tag: 'WeightsUnreadable', source: '', reason: shape.reason } : undefined
}
