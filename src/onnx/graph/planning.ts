/**
 * Plans the program for pictures of one shape: runs every node's operator on shapes and constants, without a tensor. So a file that does not fit, or a shape that explodes, is
 * an error before any work.
 */
import type { Shape } from '../../core/errors/shape.js'
import type { OnnxNode } from '../file/onnxMessages.js'
import { Unreadable } from '../../layers/weights/unreadable.js'
import type { NodeContext } from '../operators/nodeContext.js'
import { OPERATORS } from '../operators/index.js'
import { nodesFor, type OnnxGraph } from './onnxGraph.js'
import { builder, type Arrangements, type Program } from './onnxProgram.js'
import { Unfit } from './unfit.js'
import { isConstant, NHWC, plainOrder, type Computed, type Constant, type Value } from './values.js'
import type { WeightStore } from './weightStore.js'
import { size } from './hostArrays.js'

/** A network: its graph, and its tensors as constants. */
export interface OnnxNetwork {
  readonly graph: OnnxGraph
  readonly tensorOf: (name: string) => Constant | undefined
  readonly store: WeightStore
  readonly arrangements: Arrangements
}

/** A program for some layers, with what their features are. */
export interface Plan extends Program {
  readonly features: readonly Shape[]
}

/** Bytes that the constants of a plan may take: those of shape arithmetic, masks and position embeddings. */
const MAX_CONSTANTS = 2 ** 28

/** The program that gives these layers as features: channels last. A reason says why there is none. */
export const planFor = (network: OnnxNetwork, images: Shape, layers: readonly string[]): Plan | { readonly reason: string } => {
  let current: OnnxNode | undefined
  try {
    return planned(network, images, layers, (node) => {
      current = node
    })
  } catch (error) {
    if (!(error instanceof Unfit) && !(error instanceof Unreadable)) throw error
    if (current === undefined) return { reason: error.message }
    const name = current.name === '' ? (current.outputs[0] ?? '') : current.name
    return { reason: `its node ${current.operator} '${name.slice(0, 60)}' does not fit: ${error.message}` }
  }
}

const planned = ({ graph, tensorOf, store, arrangements }: OnnxNetwork, images: Shape, layers: readonly string[], onNode: (node: OnnxNode) => void): Plan => {
  const made = builder(store, arrangements)
  const values = new Map<string, Value>([[graph.picture.name, pictureValue(images, graph.picture.isNhwc)]])
  const valueOf = (name: string): Value | undefined => (name === '' ? undefined : (values.get(name) ?? tensorOf(name)))
  let constants = 0
  for (const node of nodesFor(graph, layers)) {
    onNode(node)
    made.start(node.name)
    const outputs = [runNode({ node, opset: graph.opset, inputs: node.inputs.map(valueOf), builder: made })].flat()
    node.outputs.forEach((name, i) => {
      const value = outputs[i]
      if (value === undefined || name === '') return
      values.set(name, value)
      if (isConstant(value) && !store.isOwn(value)) constants += value.data.byteLength
    })
    if (constants > MAX_CONSTANTS) throw new Unfit(`constants of more than ${MAX_CONSTANTS.toLocaleString('en')} bytes`)
  }
  const ends = layers.map((layer) => channelsLast(made.arranged, layer, valueOf(layer)))
  return { steps: made.steps, ends: ends.map(({ slot }) => slot), features: ends.map(({ order, shape }) => order.map((axis) => shape[axis] ?? 0)) }
}

const runNode = (context: NodeContext): Value | readonly Value[] => {
  const operator = OPERATORS.get(context.node.operator)
  if (operator === undefined) throw new Unfit('an unsupported operator')
  return operator(context)
}

/** The picture [batch, height, width, 3], as the graph has it. */
const pictureValue = (images: Shape, isNhwc: boolean): Computed => {
  const [batch = 0, height = 0, width = 0, channels = 0] = images
  return isNhwc
    ? { kind: 'float', shape: images, order: plainOrder(4), channels: 3, slot: 0 }
    : { kind: 'float', shape: [batch, channels, height, width], order: NHWC, channels: 1, slot: 0 }
}

/** A tensor with its channels as the last axis: NHWC, or tokens [batch, tokens, channels]. */
const channelsLast = (arranged: <V extends Value>(value: V, order: readonly number[]) => V, layer: string, value: Value | undefined): Computed => {
  if (value === undefined || isConstant(value)) throw new Unfit(`${layer.slice(0, 60)} does not depend on the picture`)
  if (value.kind !== 'float') throw new Unfit(`${layer.slice(0, 60)} is not of floating-point numbers`)
  if (size(value.shape) === 0) throw new Unfit(`${layer.slice(0, 60)} is empty`)
  const { channels } = value
  const axes = plainOrder(value.shape.length)
  return arranged(value, channels === undefined ? axes : [...axes.filter((axis) => axis !== channels), channels])
}
