/** The graph of a loss for pictures of one size: its value, that of each sample, and the gradient in the prediction. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { compileAny } from '../../core/compile/compileAny.js'
import type { CompiledLoss, CompileOptions } from '../../core/compile/compiledLoss.js'
import { LossException } from '../../core/errors/lossException.js'
import type { LossError } from '../../core/errors/lossError.js'
import type { AnyExtractor } from '../../core/language/extractor.js'
import type { AnyLoss } from '../../core/language/loss.js'
import { isolatedGradients } from '../../core/tensors/engine.js'
import type { Port } from '../file/writeModel.js'
import { Unfit } from '../graph/unfit.js'
import { traced, type Trace } from './tracingBackend.js'

/** The inputs and outputs of a loss. */
export interface TracedLoss {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

/** What is traced. */
export interface TraceRequest extends Pick<CompileOptions, 'range' | 'preprocess'> {
  readonly loss: AnyLoss
  readonly extractor: AnyExtractor | undefined
  readonly gradient: boolean
}

/** Traces a loss at a size; `isFree` where the graph is to be compared with those of other sizes. A Left as for `tryCompile`, for pictures that do not fit, or for a loss without an ONNX form. */
export const traceLoss = (
  request: TraceRequest,
  size: readonly [batch: number, height: number, width: number],
  isFree: boolean,
): E.Either<LossError, TracedLoss> => {
  try {
    return traced((trace) => ofTrace(trace, request, size), isFree)
  } catch (error) {
    if (error instanceof LossException) return E.left(error.error)
    if (error instanceof Unfit) return E.left({ _tag: 'NoOnnxForm', reason: error.message })
    throw error
  }
}

const ofTrace = (
  trace: Trace,
  { loss, extractor, gradient, range, preprocess }: TraceRequest,
  size: readonly [batch: number, height: number, width: number],
): E.Either<LossError, TracedLoss> => {
  const compiled = compileAny(loss, extractor, { ...(range && { range }), ...(preprocess && { preprocess }) })
  if (E.isLeft(compiled)) return compiled
  const f = compiled.right
  const { references, masks } = f.needs
  const input = (name: string, channels: number): readonly [string, Tensor] => [name, trace.input(name, [...size, channels])]
  const ports = (tensors: Iterable<readonly [string, Tensor]>): readonly Port[] =>
    Array.from(tensors, ([name, tensor]) => ({ name, value: trace.graphValue(tensor), sides: tensor.shape }))
  let ended: TracedLoss = { inputs: [], outputs: [] }
  // A tidy that returned the graph would search it for tensors.
  try {
    tf.tidy(() => {
      const inputs = new Map([input('prediction', 3), ...references.map((name) => input(name, 3)), ...masks.map((name) => input(name, 1))])
      ended = { inputs: ports(inputs), outputs: ports(Object.entries(outputsOf(f, Object.fromEntries(inputs), gradient))) }
    })
  } finally {
    f.dispose()
  }
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
