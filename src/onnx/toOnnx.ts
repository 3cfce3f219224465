/**
 * Losses as ONNX files.
 *
 * Laws: the file's value is the compiled loss's, its gradient the one in the prediction; every operator is one of ONNX's own.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { accepted, aSwitch, argumentProblem } from '../core/arguments/guards.js'
import { isPlainRecord, optionsProblem } from '../core/arguments/checkOptions.js'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from '../core/compile/calls.js'
import { compileAny } from '../core/compile/compileAny.js'
import { aShape, COMPILE_OPTIONS, extractorProblem } from '../core/compile/compileArguments.js'
import type { CompiledLoss, CompileOptions } from '../core/compile/compiledLoss.js'
import { getOrThrow, LossException } from '../core/errors/lossException.js'
import type { LossError } from '../core/errors/lossError.js'
import type { AnyExtractor } from '../core/language/extractor.js'
import type { AnyLoss, Loss } from '../core/language/loss.js'
import { aLoss } from '../core/language/lossGuards.js'
import { show } from '../core/language/show.js'
import { isolatedGradients } from '../core/tensors/engine.js'
import { writeModel, type Port } from './file/writeModel.js'
import { Unfit } from './graph/unfit.js'
import { BATCHES, forAnyBatch, type TracedLoss } from './trace/anyBatch.js'
import { traced, type Trace } from './trace/tracingBackend.js'

/** Options of `toOnnx`. */
export interface ToOnnxOptions extends Pick<CompileOptions, 'range' | 'preprocess'> {
  /** The pictures: [batch, height, width, 3]. */
  readonly shape: readonly [batch: number, height: number, width: number, channels: 3]
  /** Whether the file also computes the gradient of the value in the prediction; default false. */
  readonly gradient?: boolean
  /** 'inside' (default): one file. `{ beside: 'lpips.data' }`: the large weights are in a second file of this name, to be kept in the model's folder; protobuf's limit of 2 GB does not apply to it. */
  readonly weights?: 'inside' | WeightsBeside
}

/** Weights in a file of this name. */
export interface WeightsBeside {
  readonly beside: string
}

/** The options for two files. */
export type ToOnnxBesideOptions = Omit<ToOnnxOptions, 'weights'> & { readonly weights: WeightsBeside }

/** The options for one file. */
export type ToOnnxInsideOptions = Omit<ToOnnxOptions, 'weights'> & { readonly weights?: 'inside' }

/** A model and its weights: two files of one folder. */
export interface OnnxFiles {
  readonly model: Uint8Array
  readonly weights: Uint8Array
}

/**
 * Writes a loss as an ONNX file; a Left as for `tryCompile`, for pictures that do not fit, or for a loss without an ONNX form.
 *
 * @example pipe(tryToOnnx(mse(pixels), { shape: [1, 64, 64, 3] }), E.match(describeError, (file) => `${file.length} bytes`))
 */
export function tryToOnnx<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [options: ToOnnxBesideOptions], never>
): E.Either<LossError, OnnxFiles>
export function tryToOnnx<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ToOnnxBesideOptions,
): E.Either<LossError, OnnxFiles>
export function tryToOnnx<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [options: ToOnnxInsideOptions], never>
): E.Either<LossError, Uint8Array>
export function tryToOnnx<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ToOnnxInsideOptions,
): E.Either<LossError, Uint8Array>
export function tryToOnnx(...args: readonly unknown[]): E.Either<LossError, Uint8Array | OnnxFiles> {
  const [loss, ...rest] = args as readonly [AnyLoss, ...unknown[]]
  const [extractor, options] = (rest.length > 1 ? rest : [undefined, ...rest]) as [AnyExtractor | undefined, ToOnnxOptions]
  const problem = argumentsProblem(loss, extractor, options)
  if (problem !== undefined) return E.left(problem)
  try {
    return written(loss, extractor, options)
  } catch (error) {
    if (error instanceof LossException) return E.left(error.error)
    if (error instanceof Unfit) return E.left({ _tag: 'NoOnnxForm', reason: error.message })
    throw error
  }
}

/**
 * Writes a loss as an ONNX file, network weights inside or in a file beside it, that any ONNX runtime runs without this package and without TensorFlow.js.
 *
 * Inputs are the pictures by name: `prediction`, each reference (`target`) and each mask, float32 [batch, height, width, channels]. Outputs are `value`, a scalar; `perSample`, [batch]; and
 * with `gradient: true` `gradient`, that of the value in the prediction. Operators are ONNX's own, of opset 17. Any batch is accepted where the loss allows it, else that of `shape`.
 *
 * The loss is traced, not computed: it takes about a second, whatever the size.
 *
 * @throws LossException where `tryToOnnx` returns a Left: `NoOnnxForm` for a loss that reads numbers in JavaScript or uses a kernel without an ONNX form.
 * @example await writeFile('loss.onnx', toOnnx(lpips(), await alexnet(), { shape: [1, 256, 256, 3], gradient: true }))
 */
export function toOnnx<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [options: ToOnnxBesideOptions], never>
): OnnxFiles
export function toOnnx<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ToOnnxBesideOptions,
): OnnxFiles
export function toOnnx<L extends string, R extends string>(
  loss: WithoutNetwork<L, R>,
  ...rest: AfterWithoutNetwork<L, [options: ToOnnxInsideOptions], never>
): Uint8Array
export function toOnnx<L extends string, R extends string, X extends AnyExtractor>(
  loss: Loss<L, R>,
  extractor: WithLayers<L, X>,
  options: ToOnnxInsideOptions,
): Uint8Array
export function toOnnx(...args: readonly unknown[]): Uint8Array | OnnxFiles {
  return getOrThrow((tryToOnnx as (...args: readonly unknown[]) => E.Either<LossError, Uint8Array | OnnxFiles>)(...args))
}

const { range: RANGE, preprocess: PREPROCESS } = COMPILE_OPTIONS

const isFileName = (name: unknown): boolean => typeof name === 'string' && /^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..'

const WEIGHTS = accepted(
  "'inside', or { beside: 'lpips.data' }, the name of a file in the model's folder",
  (value) => value === 'inside' || (isPlainRecord(value) && Object.keys(value).length === 1 && isFileName(value['beside'])),
)

const argumentsProblem = (loss: unknown, extractor: unknown, options: unknown): LossError | undefined =>
  argumentProblem('The loss', loss, aLoss) ??
  extractorProblem(extractor) ??
  optionsProblem('toOnnx', options, {
    shape: aShape,
    gradient: aSwitch,
    weights: WEIGHTS,
    ...(RANGE && { range: RANGE }),
    ...(PREPROCESS && { preprocess: PREPROCESS }),
  }) ??
  argumentProblem('The option shape of toOnnx', isPlainRecord(options) ? options['shape'] : undefined, aShape)

const written = (loss: AnyLoss, extractor: AnyExtractor | undefined, options: ToOnnxOptions): E.Either<LossError, Uint8Array | OnnxFiles> => {
  const at = (batch: number): E.Either<LossError, TracedLoss> => traced((trace) => tracedLoss(trace, loss, extractor, options, batch))
  const [first, ...rest] = BATCHES
  const one = at(first)
  if (E.isLeft(one)) return one
  const [second = one, third = one] = rest.map(at)
  if (E.isLeft(second)) return second
  if (E.isLeft(third)) return third
  const graph = E.fromNullable(undefined)(forAnyBatch([one.right, second.right, third.right]))
  const chosen = E.isRight(graph) ? graph : at(options.shape[0])
  if (E.isLeft(chosen)) return chosen
  const { weights = 'inside' } = options
  const files = writeModel(
    { ...chosen.right, description: show(loss), notes: { range: JSON.stringify(options.range ?? [0, 1]) } },
    weights === 'inside' ? undefined : weights.beside,
  )
  return E.right(weights === 'inside' ? files.model : files)
}

const tracedLoss = (
  trace: Trace,
  loss: AnyLoss,
  extractor: AnyExtractor | undefined,
  { shape, gradient = false, range, preprocess }: ToOnnxOptions,
  batch: number,
): E.Either<LossError, TracedLoss> => {
  const compiled = compileAny(loss, extractor, { ...(range && { range }), ...(preprocess && { preprocess }) })
  if (E.isLeft(compiled)) return compiled
  const f = compiled.right
  const { references, masks } = f.needs
  const sides = shape.slice(1)
  const input = (name: string, channels: number): readonly [string, Tensor] => [name, trace.input(name, [batch, ...sides.slice(0, 2), channels])]
  const ports = (tensors: Iterable<readonly [string, Tensor]>): readonly Port[] =>
    Array.from(tensors, ([name, tensor]) => ({ name, value: trace.graphValue(tensor), sides: tensor.shape }))
  let ended: TracedLoss = { inputs: [], outputs: [] }
  // A tidy that returned the graph would search it for tensors.
  tf.tidy(() => {
    const inputs = new Map([input('prediction', 3), ...references.map((name) => input(name, 3)), ...masks.map((name) => input(name, 1))])
    ended = { inputs: ports(inputs), outputs: ports(Object.entries(outputsOf(f, Object.fromEntries(inputs), gradient))) }
  })
  f.dispose()
  return E.right(ended)
}

const outputsOf = (
  f: CompiledLoss<string>,
  { prediction, ...references }: Readonly<Record<string, Tensor>>,
  gradient: boolean,
): Readonly<Record<string, Tensor>> => {
  if (prediction === undefined) throw new Error('The prediction is missing.')
  const [value, perSample] = [f(references, prediction), f.perSample(references, prediction)]
  if (!gradient) return { value, perSample }
  const [inPrediction = value] = isolatedGradients((images) => f(references, images), [prediction])
  return { value, perSample, gradient: inPrediction }
}
