/**
 * Extractors from any tf.LayersModel, frozen or live.
 */
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import type { Extractor } from '../../core/language/extractor.js'
import type { Tap } from '../../core/language/feature.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { layersWeightsProblem } from './checkModelWeights.js'
import { modelExtractor, type ModelRunner } from './modelExtractor.js'
import { frozenCopy, type Frozen } from './freeze.js'
import { inputOf } from './modelInput.js'
import { cutAt, distinct, modelCosts, shapeAt } from './modelCosts.js'
import { bad, modelOptionsProblem, type ModelOptions } from './modelOptions.js'
import { beforeActivation, isModelInput, isRefusal, locateLayer, tappableLayers, type ModelLayer, type Refusal } from './layerPlace.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** Options of `fromLayersModel`. */
export interface LayersModelOptions<L extends string> extends ModelOptions<L> {
  /** false (default): a frozen copy with the current weights; true: the model itself, in training. */
  readonly live?: boolean
}

/**
 * Turns any tf.LayersModel (`tf.sequential`, `tf.model`, `tf.loadLayersModel`) into an extractor; a Left says what does not fit.
 *
 * @example pipe(tryFromLayersModel(model), E.match(describeError, (extractor) => extractor.layers.join()))
 */
export const tryFromLayersModel = <const L extends string = string>(
  model: LayersModel,
  options: LayersModelOptions<L> = {},
): E.Either<LossError, Extractor<NoInfer<L>>> => {
  const problem = modelOptionsProblem('fromLayersModel', options, ['live']) ?? modelProblem(model)
  if (problem !== undefined) return E.left(problem)
  const { layers, preprocessing = 'none', live = false, name = model.name } = options
  const unfit = layersProblem(model, name, layers ?? [])
  if (unfit !== undefined) return E.left(unfit)
  const chosen = tappableLayers(model).flatMap((layer) => (layers === undefined || layers.includes(layer.name as L) ? [layer.name as L] : []))
  const outside = { name, layers: chosen, live, prepare: inputOf(preprocessing) }
  const broken = live ? undefined : layersWeightsProblem(model, name)
  if (broken !== undefined) return E.left(broken)
  if (live) return E.right(modelExtractor({ ...outside, runner: runnerOf({ model, unfused: refuseFused }, live), free: () => undefined }))
  return E.map((frozen: Frozen) => modelExtractor({ ...outside, runner: runnerOf(frozen, live), free: frozen.dispose }))(frozenCopy(model))
}

/**
 * Turns any tf.LayersModel (`tf.sequential`, `tf.model`, `tf.loadLayersModel`) into an extractor: your own network, or a discriminator in training.
 *
 * Frozen (default): a copy with the current weights, which no optimizer and no later training of the model changes; it runs in inference mode.
 * The caller keeps the model and may dispose of it at once; `dispose` frees the copy. Live: the model itself in training mode, with its current weights;
 * its variables receive gradients from prediction and reference, so pass each optimizer its list of variables. The caller keeps the model, and `dispose` ends only this use.
 *
 * Features are outputs of layers, [batch, ...] of any rank. `{ activation: 'pre' }` is the input of an activation layer; for a fused activation only if frozen
 * (the layer then runs once more without it). `{ pooling }` is rejected.
 *
 * The weights of a frozen model are checked: NaN, Infinity and kernels of zeros are rejected. A model in training may pass through such states.
 *
 * @throws LossException `BadArgument` for something that is not a model of [batch, height, width, 3], or for such weights; `UnknownLayer`, `UnsupportedTap` for unknown or unsupported `layers`.
 * @example
 * const extractor = fromLayersModel(discriminator, { layers: ['conv2', 'logits'], live: true, preprocessing: (x) => tf.sub(tf.mul(x, 2), 1) })
 * compile(sum(mae(featureAt('conv2')), nonSaturating(featureAt('logits'))), extractor)
 */
export const fromLayersModel = <const L extends string = string>(model: LayersModel, options: LayersModelOptions<L> = {}): Extractor<NoInfer<L>> =>
  getOrThrow(tryFromLayersModel<L>(model, options))

const modelProblem = (model: unknown): LossError | undefined => {
  if (typeof model !== 'object' || model === null || !('layers' in model) || !('inputs' in model))
    return bad(
      'The model',
      typeof model === 'object' && model !== null && 'execute' in model ? 'a graph model' : formatValue(model),
      'a tf.LayersModel (for a graph model use fromGraphModel)',
    )
  const { inputs, name } = model as LayersModel
  if (!(model instanceof tf.LayersModel)) return { _tag: 'AnotherTensorFlow', what: `The model ${name}`, ours: tf.version_core }
  const [input, ...others] = (inputs as readonly SymbolicTensor[] | undefined) ?? []
  if (input === undefined) return bad('The model', `the unbuilt model ${name}`, 'a built model: give its first layer an inputShape')
  if (others.length > 0) return bad('The model', `${name} with ${String(others.length + 1)} inputs`, 'a model with one input')
  if (input.shape.length !== 4 || input.shape[3] !== 3)
    return bad(
      'The model',
      `${name} with input shape [${input.shape.map((side) => (side === null ? 'any' : String(side))).join(', ')}]`,
      'a model that takes pictures [batch, height, width, 3] (NHWC)',
    )
  return gone(model) ? { _tag: 'Disposed', what: `The model ${name}` } : undefined
}

const layersProblem = (model: LayersModel, extractor: string, layers: readonly string[]): LossError | undefined => {
  for (const name of layers) {
    const layer = model.layers.find((one) => one.name === name)
    if (layer === undefined) return { _tag: 'UnknownLayer', layer: name, extractor, known: tappableLayers(model).map((one) => one.name) }
    const place = locateLayer(layer)
    if (isRefusal(place)) return { _tag: 'UnsupportedTap', tap: name, extractor, reason: place.reason }
  }
  return undefined
}

const refuseFused = (layer: ModelLayer): Refusal => ({
  reason: `the activation of ${layer.name} is fused into it, and a model in training runs unchanged; make the activation a separate layer`,
})

/** A model to run, with access to the inside of its layers. */
interface Inside {
  readonly model: LayersModel
  readonly unfused: (layer: ModelLayer) => SymbolicTensor | Refusal
}

/** Whether the model's owner has disposed of its weights. */
const gone = ({ weights }: LayersModel): boolean =>
  weights.some((weight) => {
    try {
      return weight.read().isDisposed
    } catch {
      return true
    }
  })

const runnerOf = ({ model, unfused }: Inside, live: boolean): ModelRunner => {
  const cuts = new Map<string, Cut>()
  const symbolOf = ({ layer, activation }: Tap): SymbolicTensor | Refusal => {
    const found = model.getLayer(layer)
    if (activation === 'post') return symbolAfter(found)
    const before = beforeActivation(found)
    return before === 'fused' ? unfused(found) : before
  }
  const symbolsOf = (taps: readonly Tap[]): readonly SymbolicTensor[] => taps.map(symbolOf).filter(isModelInput)
  const cutFor = (taps: readonly Tap[]): Cut => {
    const key = taps.map(({ layer, activation }) => `${layer}:${activation}`).join()
    const known = cuts.get(key) ?? cutOf(model, symbolsOf(taps))
    cuts.set(key, known)
    return known
  }
  return {
    refuse: (tap) => {
      const symbol = symbolOf(tap)
      return isRefusal(symbol) ? symbol : undefined
    },
    shapeOf: (images, tap) => {
      const symbol = symbolOf(tap)
      return isRefusal(symbol) ? symbol : shapeAt(model, symbol, images)
    },
    costs: (images, taps) => modelCosts(model, symbolsOf(taps), images),
    ready: (taps) => void cutFor(taps),
    run: (images, taps) => runCut(cutFor(taps), images, live),
    isGone: () => gone(model),
  }
}

const symbolAfter = (layer: ModelLayer): SymbolicTensor | Refusal => {
  const place = locateLayer(layer)
  return isRefusal(place) ? place : place.output
}

/** A model that ends at the requested tensors, each once; `at` maps taps to them. */
interface Cut {
  readonly model: LayersModel
  readonly at: readonly number[]
}

const cutOf = (model: LayersModel, symbols: readonly SymbolicTensor[]): Cut => {
  const ends = distinct(symbols)
  return { model: cutAt(model, ends), at: symbols.map((symbol) => ends.findIndex(({ id }) => id === symbol.id)) }
}

const runCut = ({ model, at }: Cut, images: Tensor4D, training: boolean): readonly Tensor[] => {
  const outputs = [model.apply(images, { training })].flat() as readonly Tensor[]
  return at.flatMap((i) => outputs[i] ?? [])
}
