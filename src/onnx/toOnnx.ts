/**
 * Losses as ONNX files.
 *
 * Laws: the file's value is the compiled loss's, its gradient the one in the prediction; every operator is one of ONNX's own.
 */
import { either as E } from 'fp-ts'
import { positiveInteger } from '../core/arguments/codecs.js'
import { accepted, aSwitch, argumentProblem } from '../core/arguments/guards.js'
import { isPlainRecord, optionsProblem } from '../core/arguments/checkOptions.js'
import type { AfterWithoutNetwork, WithLayers, WithoutNetwork } from '../core/compile/calls.js'
import { COMPILE_OPTIONS, extractorProblem } from '../core/compile/compileArguments.js'
import type { CompileOptions } from '../core/compile/compiledLoss.js'
import { getOrThrow } from '../core/errors/lossException.js'
import type { LossError } from '../core/errors/lossError.js'
import type { AnyExtractor } from '../core/language/extractor.js'
import type { AnyLoss, Loss } from '../core/language/loss.js'
import { aLoss } from '../core/language/lossGuards.js'
import { show } from '../core/language/show.js'
import { writeModel } from './file/writeModel.js'
import { withFreeSides } from './sizes/freeSides.js'
import { traceLoss } from './trace/tracedLoss.js'

/** A side of the pictures of an ONNX file: a number, or any. */
export type OnnxSide = number | 'any'

/** Options of `toOnnx`. */
export interface ToOnnxOptions extends Pick<CompileOptions, 'range' | 'preprocess'> {
  /**
   * The pictures: [batch, height, width, 3]. A side that is 'any' is free: `[1, 'any', 'any', 3]` is for pictures of any height and width. A batch that is a number is free as well where the
   * loss allows it.
   */
  readonly shape: readonly [batch: OnnxSide, height: OnnxSide, width: OnnxSide, channels: 3]
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
  return written(loss, extractor, options)
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

const isSide = (side: unknown): boolean => side === 'any' || positiveInteger.is(side)

const ANY_SHAPE = accepted(
  "the size of the pictures, such as [1, 256, 256, 3] or [1, 'any', 'any', 3]",
  (value) => Array.isArray(value) && value.length === 4 && value.slice(0, 3).every(isSide) && positiveInteger.is(value[3]),
)

const argumentsProblem = (loss: unknown, extractor: unknown, options: unknown): LossError | undefined =>
  argumentProblem('The loss', loss, aLoss) ??
  extractorProblem(extractor) ??
  optionsProblem('toOnnx', options, {
    shape: ANY_SHAPE,
    gradient: aSwitch,
    weights: WEIGHTS,
    ...(RANGE && { range: RANGE }),
    ...(PREPROCESS && { preprocess: PREPROCESS }),
  }) ??
  argumentProblem('The option shape of toOnnx', isPlainRecord(options) ? options['shape'] : undefined, ANY_SHAPE)

const written = (loss: AnyLoss, extractor: AnyExtractor | undefined, options: ToOnnxOptions): E.Either<LossError, Uint8Array | OnnxFiles> => {
  const { shape, gradient = false, weights = 'inside', range = [0, 1], preprocess } = options
  const request = { loss, extractor, gradient, range, ...(preprocess && { preprocess }) }
  const [batch, height, width] = shape
  const found = withFreeSides((size, isFree) => traceLoss(request, [size.batch, size.height, size.width], isFree), { batch, height, width })
  if (E.isLeft(found)) return found
  const { loss: graph, sizes } = found.right
  const notes = { range: JSON.stringify(range), ...(sizes !== undefined && { sizes }) }
  const files = writeModel({ ...graph, description: show(loss), notes }, weights === 'inside' ? undefined : weights.beside)
  return E.right(weights === 'inside' ? files.model : files)
}
