/**
 * The nodes of a tf.GraphModel: their dependencies, order and shapes.
 *
 * TensorFlow.js exposes a graph model's inputs, outputs and weights; the nodes between are in its executor, which only this file reads.
 */
import * as tf from '@tensorflow/tfjs'
import type { GraphModel, Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { LayerCost } from '../../core/language/extractor.js'
import { withoutTape } from '../../core/tensors/engine.js'
import type { Refusal } from './layerPlace.js'
import type { Shape } from '../../core/errors/shape.js'

/** One node of the graph. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly GraphNode[]
  readonly attrParams: Readonly<Record<string, { readonly value?: unknown } | undefined>>
}

/** Every node by its name, or undefined if this TensorFlow.js stores them elsewhere. */
export const nodesOf = (model: GraphModel): Readonly<Record<string, GraphNode>> | undefined =>
  (model as unknown as { readonly executor?: { readonly graph?: { readonly nodes?: Readonly<Record<string, GraphNode>> } } }).executor?.graph?.nodes

const GIVEN = ['Const', 'Placeholder', 'PlaceholderWithDefault', 'NoOp']

/** The nodes that run for these, in topological order. */
export const running = (ends: readonly GraphNode[]): readonly GraphNode[] => {
  const seen = new Set<GraphNode>()
  const visit = (node: GraphNode): void => {
    if (seen.has(node)) return
    node.inputs.forEach(visit)
    seen.add(node)
  }
  ends.forEach(visit)
  return [...seen].filter(({ op }) => !GIVEN.includes(op))
}

const ACTIVATIONS = ['Relu', 'Relu6', 'LeakyRelu', 'Elu', 'Selu', 'Prelu', 'Sigmoid', 'Tanh', 'Softplus', 'Softmax']

/** The node before an activation. */
export const nodeBefore = ({ name, op, inputs, attrParams }: GraphNode): GraphNode | Refusal => {
  const [before] = inputs
  if (ACTIVATIONS.includes(op) && before !== undefined) return before
  const fused = attrParams['fusedOps']?.value
  return Array.isArray(fused) && fused.some((one) => ACTIVATIONS.includes(String(one)))
    ? { reason: `the activation of ${name} is fused into it; convert the model without this optimization` }
    : { reason: `a node with the op ${op} has no activation` }
}

/** The tensors of these nodes in one pass. */
export const execute = (model: GraphModel, images: Tensor4D, nodes: readonly GraphNode[]): readonly Tensor[] => {
  const names = [...new Set(nodes.map(({ name }) => name))]
  const outputs = [model.execute({ [model.inputs[0]?.name ?? '']: images }, names)].flat()
  return nodes.flatMap(({ name }) => outputs[names.indexOf(name)] ?? [])
}

/** The shapes of these nodes for such images, or what the graph throws: found by running it on one black picture. */
export const shapesOf = (model: GraphModel, nodes: readonly GraphNode[], images: Shape): readonly Shape[] | string => {
  const [batch = 0, height = 1, width = 1, channels = 3] = images
  const one = model.inputs[0]?.shape?.[0] === batch ? batch : 1
  try {
    return withoutTape(() => execute(model, tf.zeros([one, height, width, channels]), nodes).map(({ shape }) => shape)).map(([first = 0, ...rest]) => [
      first === one ? batch : first,
      ...rest,
    ])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const size = (shape: Shape): number => shape.reduce((product, side) => product * side, 1)

/** What each running node costs; kernels are the constants of more than one axis, applied at each position. */
export const nodeCosts = (model: GraphModel, ends: readonly GraphNode[], images: Shape): readonly LayerCost[] => {
  const nodes = running(ends)
  const shapes = shapesOf(model, nodes, images)
  if (typeof shapes === 'string') return []
  const shapeOf = (node: GraphNode | undefined): Shape => shapes[nodes.findIndex((one) => one === node)] ?? images
  return nodes.map((node) => {
    const shape = shapeOf(node)
    const kernels = node.inputs.flatMap(({ name }) => model.weights[name] ?? []).reduce((sum, weight) => sum + (weight.rank > 1 ? weight.size : 0), 0)
    const positions = size((node.op === 'Conv2DBackpropInput' ? shapeOf(node.inputs[2]) : shape).slice(0, -1))
    return { layer: node.name, shape, flops: node.op === 'Identity' ? 0 : 2 * kernels * positions + size(shape), bytes: 4 * size(shape) }
  })
}
