/**
 * Extractors from any tf.GraphModel.
 */
import type { GraphModel } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import type { Extractor } from '../../core/language/extractor.js'
import type { Tap } from '../../core/language/feature.js'
import { formatValue } from '../../core/errors/formatValue.js'
import { graphWeightsProblem } from './checkModelWeights.js'
import { modelExtractor, type ModelRunner } from './modelExtractor.js'
import { execute, nodeBefore, nodeCosts, nodesOf, running, shapesOf, type GraphNode } from './graphNodes.js'
import { inputOf } from './modelInput.js'
import { bad, modelOptionsProblem, type ModelOptions } from './modelOptions.js'
import { isModelInput, isRefusal, type Refusal } from './layerPlace.js'
import type { Shape } from '../../core/errors/shape.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** Options of `fromGraphModel`. */
export type GraphModelOptions<L extends string> = ModelOptions<L>

/**
 * Turns any tf.GraphModel (`tf.loadGraphModel`) into an extractor; a Left says what does not fit.
 *
 * @example pipe(tryFromGraphModel(await tf.loadGraphModel(url)), E.match(describeError, (extractor) => extractor.layers.join()))
 */
export const tryFromGraphModel = <const L extends string = string>(
  model: GraphModel,
  options: GraphModelOptions<L> = {},
): E.Either<LossError, Extractor<NoInfer<L>>> => {
  const problem = modelOptionsProblem('fromGraphModel', options, []) ?? modelProblem(model)
  if (problem !== undefined) return E.left(problem)
  const { layers, preprocessing = 'none', name = 'graph model' } = options
  const nodes = nodesOf(model) ?? {}
  const asked = (layers ?? model.outputNodes).flatMap((layer) => nodes[layer] ?? [])
  const all = running(asked).map((node) => node.name as L)
  const unknown = layers?.find((layer) => !all.includes(layer))
  if (unknown !== undefined)
    return E.left({ _tag: 'UnknownLayer', layer: unknown, extractor: name, known: running(Object.values(nodes)).map((node) => node.name) })
  const broken = graphWeightsProblem(model, running(asked), name)
  if (broken !== undefined) return E.left(broken)
  const chosen = layers === undefined ? all : all.filter((layer) => layers.includes(layer))
  return E.right(
    modelExtractor<L>({ name, layers: chosen, live: false, prepare: inputOf(preprocessing), runner: runnerOf(model, nodes), free: () => undefined }),
  )
}

/**
 * Turns any tf.GraphModel (`tf.loadGraphModel`) into a frozen extractor. Its layers are the names of nodes; one execution computes them all.
 *
 * It uses the model's weights without copying them: the caller keeps the model, and must not dispose of it while the extractor is in
 * use; `dispose` ends only this use. `{ activation: 'pre' }` is the input of an activation node, rejected if it is fused into another node; `{ pooling }` is rejected.
 * A graph has no shape inference: for each new picture size it runs once on a black picture.
 *
 * @throws LossException `BadArgument` for something that is not a graph model of [batch, height, width, 3], or for weights with NaN, Infinity or a kernel of zeros; `UnknownLayer` for a node it does not have.
 * @example
 * const extractor = fromGraphModel(await tf.loadGraphModel(url), { layers: ['conv1/Relu', 'conv2/Relu'], preprocessing: 'caffe' })
 * compile(mse(featureAt('conv2/Relu')), extractor)
 */
export const fromGraphModel = <const L extends string = string>(model: GraphModel, options: GraphModelOptions<L> = {}): Extractor<NoInfer<L>> =>
  getOrThrow(tryFromGraphModel<L>(model, options))

const modelProblem = (model: unknown): LossError | undefined => {
  if (typeof model !== 'object' || model === null || !('execute' in model) || !('inputs' in model))
    return bad(
      'The model',
      typeof model === 'object' && model !== null && 'layers' in model ? 'a tf.LayersModel' : formatValue(model),
      'a loaded tf.GraphModel (for a layers model use fromLayersModel)',
    )
  const graph = model as GraphModel
  if (nodesOf(graph) === undefined) return bad('The model', 'a model whose nodes cannot be read', 'a tf.GraphModel of TensorFlow.js 4')
  const [input, ...others] = graph.inputs
  if (input === undefined || others.length > 0) return bad('The model', `a model with ${String(graph.inputs.length)} inputs`, 'a model with one input')
  if (input.shape !== undefined && (input.shape.length !== 4 || input.shape[3] !== 3))
    return bad('The model', `a model with input shape [${input.shape.join(', ')}]`, 'a model that takes pictures [batch, height, width, 3] (NHWC)')
  return gone(graph) ? { _tag: 'Disposed', what: 'The graph model' } : undefined
}

const gone = ({ weights }: GraphModel): boolean =>
  Object.values(weights)
    .flat()
    .some(({ isDisposed }) => isDisposed)

const runnerOf = (model: GraphModel, nodes: Readonly<Record<string, GraphNode>>): ModelRunner => {
  const known = new Map<string, Shape | Refusal>()
  const nodeOf = ({ layer, activation }: Tap): GraphNode | Refusal => {
    const node = nodes[layer]
    if (node === undefined) return { reason: 'the graph has no such node' }
    return activation === 'post' ? node : nodeBefore(node)
  }
  const nodesAt = (taps: readonly Tap[]): readonly GraphNode[] => taps.map(nodeOf).filter(isModelInput)
  const measure = (images: Shape, node: GraphNode): Shape | Refusal => {
    const [batch = -1, height = -1, width = -1] = model.inputs[0]?.shape ?? []
    const wanted = [batch, height, width]
    if (wanted.some((side, i) => side > 0 && side !== images[i]))
      return {
        reason: `the graph takes [${wanted.map((side) => (side > 0 ? String(side) : 'any')).join(', ')}, 3]; resize the pictures, or convert the model for any size`,
      }
    const shapes = shapesOf(model, [node], images)
    return typeof shapes === 'string' ? { reason: `the graph says: ${shapes}` } : (shapes[0] ?? { reason: 'the graph returns nothing for it' })
  }
  return {
    refuse: (tap) => {
      const node = nodeOf(tap)
      return isRefusal(node) ? node : undefined
    },
    shapeOf: (images, tap) => {
      const node = nodeOf(tap)
      if (isRefusal(node)) return node
      const key = `${images.join()}:${node.name}`
      const shape = known.get(key) ?? measure(images, node)
      known.set(key, shape)
      return shape
    },
    costs: (images, taps) => nodeCosts(model, nodesAt(taps), images),
    ready: () => undefined,
    run: (images, taps) => execute(model, images, nodesAt(taps)),
    isGone: () => gone(model),
  }
}
